import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { TimerMetronome } from '../../src/rtp/metronome.js'
import { nextStroke, SLOTS, strokeMemory } from '../../src/rtp/metronome-strokes.js'
import { ThreadMetronome } from '../../src/rtp/thread-metronome.js'

describe('nextStroke', () => {
  it('is never while there is nobody', () => {
    expect(nextStroke(strokeMemory(), 1000)).toBe(Number.POSITIVE_INFINITY)
  })

  it('is the first of any slot, then its multiples', () => {
    const memory = strokeMemory()
    memory.firsts[0] = 1000
    memory.intervals[0] = 20
    memory.firsts[SLOTS - 1] = 1004
    memory.intervals[SLOTS - 1] = 20
    const strokes: number[] = []
    for (let now = 900; strokes.length < 5; now = strokes.at(-1)!) strokes.push(nextStroke(memory, now))
    expect(strokes).toEqual([1000, 1004, 1020, 1024, 1040])
    // What a stall has missed is not caught up with.
    expect(nextStroke(memory, 5000.5)).toBe(5004)
  })

  it('is seen by both ends of the memory', () => {
    const memory = strokeMemory()
    memory.firsts[3] = 7
    memory.intervals[3] = 10
    expect(nextStroke(strokeMemory(memory.buffer), 8)).toBe(17)
  })
})

describe('TimerMetronome', () => {
  it('strokes at whole intervals from the first, until it is ended', () => {
    const clock = new SimulatedClock(1000)
    const times: number[] = []
    const end = new TimerMetronome(clock).start(1007, 20, () => times.push(clock.now()))
    clock.advance(70)
    end()
    clock.advance(100)
    expect(times).toEqual([1007, 1027, 1047, 1067])
  })

  it('may be ended by its own stroke', () => {
    const clock = new SimulatedClock()
    let strokes = 0
    const end = new TimerMetronome(clock).start(clock.now() + 5, 20, () => {
      strokes++
      end()
    })
    clock.advance(100)
    expect(strokes).toBe(1)
  })
})

describe('ThreadMetronome', () => {
  const strokesOf = (metronome: ThreadMetronome, count: number, intervalMs = 5): Promise<number[]> =>
    new Promise((resolve) => {
      const first = systemClock.now() + 1
      const late: number[] = []
      const end = metronome.start(first, intervalMs, () => {
        late.push(systemClock.now() - first - late.length * intervalMs)
        if (late.length < count) return
        end()
        resolve(late)
      })
    })

  it('wakes those who follow it, never before their time, and rests while there is nobody', async () => {
    const metronome = new ThreadMetronome({ clock: systemClock, urgent: false, onLost: () => {} })
    const [few, many] = await Promise.all([strokesOf(metronome, 3), strokesOf(metronome, 20)])
    for (const late of [...few, ...many]) expect(late).toBeGreaterThan(-0.6)
    expect(await strokesOf(metronome, 3)).toHaveLength(3)
    await metronome.close()
  })

  it('serves more than it has slots for, by timers', async () => {
    const metronome = new ThreadMetronome({ clock: systemClock, urgent: false, onLost: () => {} })
    const all = await Promise.all(Array.from({ length: SLOTS + 5 }, () => strokesOf(metronome, 2)))
    expect(all.every((late) => late.length === 2)).toBe(true)
    await metronome.close()
  })

  it('goes on by timers when its thread is lost, and says so', async () => {
    const lost: Error[] = []
    process.once('worker', (worker) => {
      setImmediate(() => worker.emit('error', new Error('out of memory')))
    })
    const metronome = new ThreadMetronome({
      clock: systemClock,
      urgent: false,
      onLost: (error) => lost.push(error),
    })
    expect(await strokesOf(metronome, 40)).toHaveLength(40)
    expect(await strokesOf(metronome, 3)).toHaveLength(3)
    expect(lost.map(({ message }) => message)).toEqual(['out of memory'])
    await metronome.close()
  })
})
