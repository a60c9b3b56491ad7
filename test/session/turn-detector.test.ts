import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { type Turn, TurnDetector } from '../../src/session/listening/turn-detector.js'

function detector(endpointing: 'engine' | 'relay', silenceMs: number | undefined = 700) {
  const clock = new SimulatedClock(1_000)
  const partials: string[] = []
  const turns: Turn[] = []
  let finalized = 0
  const turn = new TurnDetector({
    clock,
    endpointing,
    silenceMs,
    finalize: () => finalized++,
    listener: { partial: ({ text }) => partials.push(text), turn: (done) => turns.push(done) },
  })
  const say = (text: string) => ({ text, language: 'en-US' })
  return { clock, partials, turns, turn, say, finalized: () => finalized }
}

describe('turns of an engine that leaves the end to the relay', () => {
  it('counts silence from the last voiced sample', () => {
    const { clock, turn, finalized, turns, say } = detector('relay')
    turn.voiceStart()
    turn.voiceEnd(200)
    clock.advance(499)
    expect(finalized()).toBe(0)
    clock.advance(1)
    expect(finalized()).toBe(1)
    turn.final(say('hello'))
    expect(turns).toEqual([{ transcript: { text: 'hello', language: 'en-US' }, speechEndedAt: 800 }])
  })

  it('does not end a turn in a pause for thought', () => {
    const { clock, turn, finalized } = detector('relay')
    turn.voiceStart()
    turn.voiceEnd(0)
    clock.advance(600)
    turn.voiceStart()
    clock.advance(5_000)
    expect(finalized()).toBe(0)
  })

  it('ends a turn that voice activity missed', () => {
    const { clock, turn, say, finalized } = detector('relay')
    turn.partial(say('psst'))
    clock.advance(700)
    expect(finalized()).toBe(1)
  })

  it('falls back on what it heard when the engine withdraws it or never answers', () => {
    const { clock, turn, turns, say } = detector('relay')
    turn.partial(say('hello there'))
    turn.final(say(''))
    turn.partial(say('anybody'))
    clock.advance(700 + 5_000)
    expect(turns.map(({ transcript }) => transcript.text)).toEqual(['hello there', 'anybody'])
  })
})

describe('turns of an engine that decides by itself', () => {
  it('collects settled pieces and shows them in later partials', () => {
    const { turn, partials, turns, say } = detector('engine', undefined)
    turn.voiceStart()
    turn.partial(say('my name'))
    turn.final(say('My name is'))
    turn.partial(say('ann'))
    turn.final(say('Ann.'))
    turn.endOfTurn()
    expect(partials).toEqual(['my name', 'My name is', 'My name is ann', 'My name is Ann.'])
    expect(turns[0]!.transcript.text).toBe('My name is Ann.')
    turn.endOfTurn()
    expect(turns).toHaveLength(1)
  })

  it('never reports blank partials', () => {
    const { turn, partials, say } = detector('engine')
    turn.partial(say(' '))
    turn.final(say(''))
    expect(partials).toEqual([])
  })
})
