import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import type { BargeIn } from '../../src/session/listening/index.js'
import type { Speaker } from '../../src/session/speaking/index.js'
import { Watchdog } from '../../src/session/watchdog.js'

function watched() {
  const clock = new SimulatedClock()
  const state = { broken: [] as string[], paused: false, pending: false }
  const done: string[] = []
  const speaker = {
    invariants: () => [...state.broken],
    get paused() {
      return state.paused
    },
    resume() {
      state.paused = false
      done.push('resume')
    },
    repair(name: string) {
      state.broken = []
      done.push(`repair ${name}`)
    },
  } as unknown as Speaker
  const bargeIn = {
    get pending() {
      return state.pending
    },
  } as unknown as BargeIn
  const counted: string[] = []
  const watchdog = new Watchdog({ clock, speaker, bargeIn, repaired: (name) => counted.push(name) })
  watchdog.start()
  return { clock, state, done, counted, watchdog }
}

describe('the watchdog', () => {
  it('lets a state be wrong for a moment', () => {
    const { clock, state, done } = watched()
    state.broken = ['audio-not-pulled']
    clock.advance(1_000)
    state.broken = []
    clock.advance(5_000)
    expect(done).toEqual([])
  })

  it('repairs and counts what stays wrong', () => {
    const { clock, state, done, counted } = watched()
    state.broken = ['audio-not-pulled']
    clock.advance(2_000)
    expect(done).toEqual(['repair audio-not-pulled'])
    expect(counted).toEqual(['audio-not-pulled'])
    clock.advance(5_000)
    expect(counted).toHaveLength(1)
  })

  it('ends a pause that nothing will end', () => {
    const { clock, state, counted } = watched()
    state.paused = true
    state.pending = true
    clock.advance(3_000)
    expect(state.paused).toBe(true)
    state.pending = false
    clock.advance(2_000)
    expect(state.paused).toBe(false)
    expect(counted).toEqual(['paused-for-nothing'])
  })

  it('stops with its session', () => {
    const { clock, state, done, watchdog } = watched()
    state.broken = ['audio-not-pulled']
    watchdog.stop()
    clock.advance(10_000)
    expect(done).toEqual([])
  })
})
