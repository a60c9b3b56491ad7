import { beforeEach, describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { BargeIn } from '../../../src/session/listening/barge-in.js'

const mine = { explained: 0.05, delayMs: 0, echo: false, quiet: false }
const echoed = { explained: 0.95, delayMs: 180, echo: true, quiet: false }
const quiet = { explained: 0, delayMs: 0, echo: false, quiet: true }

describe('an echo of the agent', () => {
  let clock: SimulatedClock
  let verdict: typeof mine
  let speaking: boolean
  let paused: boolean
  let bargeIn: BargeIn

  beforeEach(() => {
    clock = new SimulatedClock()
    speaking = true
    paused = false
    bargeIn = new BargeIn({
      clock,
      agent: {
        get speaking() {
          return speaking
        },
        get paused() {
          return paused
        },
        interruptibleBy: () => true,
        pause: () => {
          paused = true
        },
        resume: () => {
          paused = false
        },
      },
      echo: () => verdict,
      sensitivity: 'high',
      ignoreBackchannel: false,
      listener: { paused() {}, resumed() {}, echoed() {} },
    })
  })

  const words = () => bargeIn.words({ text: 'the long road', language: 'en-US' })

  it('does not pause the agent, and its words do not interrupt, however long it lasts', () => {
    verdict = echoed
    bargeIn.voiceStart()
    for (let ms = 0; ms < 10_000; ms += 100) {
      clock.advance(100)
      expect(words()).toBe(false)
    }
    expect(paused).toBe(false)
  })

  it('is not lifted where its path jumps: for a window it matches nothing', () => {
    verdict = echoed
    bargeIn.voiceStart()
    clock.advance(500)
    verdict = mine
    clock.advance(250)
    expect([paused, words()]).toEqual([false, false])
    verdict = echoed
    clock.advance(2_000)
    expect([paused, words()]).toEqual([false, false])
  })

  it('is lifted when the caller joins in: the agent pauses within half a second', () => {
    verdict = echoed
    bargeIn.voiceStart()
    clock.advance(500)
    verdict = mine
    clock.advance(400)
    expect([paused, words()]).toEqual([true, true])
  })

  it('stays an echo in the agent’s own pauses', () => {
    verdict = echoed
    bargeIn.voiceStart()
    verdict = quiet
    clock.advance(800)
    verdict = mine
    clock.advance(200)
    expect([paused, words()]).toEqual([false, false])
  })

  it('is known when only its end is left, after the agent fell silent', () => {
    speaking = false
    verdict = echoed
    bargeIn.voiceStart()
    expect(bargeIn.echo).toBe(true)
  })

  it('is recognised while the agent pauses for it: the agent goes on at once', () => {
    verdict = mine
    bargeIn.voiceStart()
    expect(paused).toBe(true)
    verdict = echoed
    clock.advance(150)
    expect([paused, bargeIn.echo, words()]).toEqual([false, true, false])
  })

  it('is recognised at its words, at the latest', () => {
    verdict = mine
    bargeIn.voiceStart()
    verdict = echoed
    expect([words(), paused]).toEqual([false, false])
  })

  it('does not delay a caller who speaks without one', () => {
    verdict = mine
    bargeIn.voiceStart()
    expect(paused).toBe(true)
    expect(words()).toBe(true)
  })
})
