import { describe, expect, it } from 'vitest'
import type { Clock, Timer } from '../../src/base/clock.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { Pacer } from '../../src/rtp/index.js'

/** A clock whose timers are whole milliseconds and up to `lateMs` late, as a busy event loop's are. */
class SloppyClock implements Clock {
  private readonly inner = new SimulatedClock(1000.37)
  private calls = 0

  constructor(private readonly lateMs: number) {}

  now(): number {
    return this.inner.now()
  }

  after(ms: number, task: () => void): Timer {
    return this.inner.after(Math.max(1, Math.trunc(ms)) + ((this.calls++ * 0.37) % this.lateMs), task)
  }

  advance(ms: number): void {
    this.inner.advance(ms)
  }
}

describe('Pacer', () => {
  it('beats every 20 ms for an hour without drifting, though every timer is late', () => {
    const clock = new SloppyClock(3)
    const started = clock.now()
    const pacer = new Pacer({ clock })
    const gaps: number[] = []
    let last = Number.NaN
    let ticks = 0
    pacer.add(() => {
      const now = clock.now()
      if (ticks++ > 0) gaps.push(now - last)
      last = now
    })
    clock.advance(3_600_000)
    expect(ticks).toBeGreaterThanOrEqual(179_999)
    expect(ticks).toBeLessThanOrEqual(180_001)
    expect(Math.abs(last - started - ticks * 20)).toBeLessThan(25)
    expect(Math.max(...gaps.slice(0, 50_000))).toBeLessThan(24)
    expect(Math.min(...gaps.slice(0, 50_000))).toBeGreaterThan(16)
  })

  it('makes up for a stall, but never in a burst beyond its bound', () => {
    let now = 0
    let wake: (() => void) | undefined
    const clock: Clock = {
      now: () => now,
      after: (_ms, task) => {
        wake = task
        return { cancel: () => {} }
      },
    }
    const pacer = new Pacer({ clock, maxBurst: 5 })
    const seen: number[] = []
    pacer.add((index) => seen.push(index))
    now = 20
    wake!()
    now = 90
    wake!()
    expect(seen.map((index) => index - seen[0]!)).toEqual([0, 1, 2, 3])
    now = 1000
    wake!()
    expect(seen.map((index) => index - seen[0]!)).toEqual([0, 1, 2, 3, 45, 46, 47, 48, 49])
    expect(pacer.skipped).toBe(41)
  })

  it('lets calls come and go within a tick, and survives one that throws', () => {
    const clock = new SimulatedClock()
    const errors: unknown[] = []
    const pacer = new Pacer({ clock, onError: (error) => errors.push(error) })
    const seen: string[] = []
    const removeFirst = pacer.add(() => {
      seen.push('first')
      removeFirst()
      pacer.add(() => seen.push('third'))
    })
    pacer.add(() => {
      throw new Error('broken call')
    })
    const removeSecond = pacer.add(() => seen.push('second'))
    clock.advance(20)
    expect(seen).toEqual(['first', 'second'])
    clock.advance(20)
    expect(seen).toEqual(['first', 'second', 'second', 'third'])
    expect(errors).toHaveLength(2)
    removeSecond()
  })

  it('rests while there is no call and goes on counting afterwards', () => {
    const clock = new SimulatedClock()
    const pacer = new Pacer({ clock })
    const seen: number[] = []
    const remove = pacer.add((index) => seen.push(index))
    clock.advance(100)
    remove()
    clock.advance(1000)
    pacer.add((index) => seen.push(index))
    clock.advance(60)
    expect(seen).toHaveLength(8)
    expect(new Set(seen).size).toBe(8)
    expect(pacer.skipped).toBe(0)
  })

  it('spreads calls evenly over its phases, each in step with itself', () => {
    const clock = new SimulatedClock()
    const pacer = new Pacer({ clock, phases: 5 })
    const started = clock.now()
    const times = Array.from({ length: 10 }, () => [] as number[])
    const removals = times.map((own) => pacer.add(() => own.push(clock.now() - started)))
    clock.advance(100)
    const phases = times.map((own) => own[0]! % 20)
    expect([...new Set(phases)].sort((a, b) => a - b)).toEqual([0, 4, 8, 12, 16])
    for (const phase of phases) expect(phases.filter((other) => other === phase)).toHaveLength(2)
    for (const own of times) {
      for (let i = 1; i < own.length; i++) expect(own[i]! - own[i - 1]!).toBe(20)
    }
    // The place of one that left is taken first, whenever that is.
    removals[3]!()
    clock.advance(7)
    let firstAt = Number.NaN
    pacer.add(() => {
      firstAt ||= clock.now() - started
    })
    clock.advance(20)
    expect(firstAt % 20).toBe(phases[3])
  })

  it('fills a phase before it begins another', () => {
    const clock = new SimulatedClock()
    const pacer = new Pacer({ clock, phases: 5, together: 4 })
    const started = clock.now()
    const counts = new Map<number, number>()
    const add = (calls: number) => {
      for (let i = 0; i < calls; i++) {
        pacer.add(() => {
          const phase = (clock.now() - started) % 20
          counts.set(phase, (counts.get(phase) ?? 0) + 1)
        })
      }
    }
    const sharing = (ms: number) => {
      counts.clear()
      clock.advance(ms)
      return [...counts.values()].sort((a, b) => b - a)
    }
    add(6)
    sharing(40)
    expect(sharing(20)).toEqual([4, 2])
    add(19)
    sharing(40)
    expect(sharing(20)).toEqual([5, 5, 5, 5, 5])
  })
})
