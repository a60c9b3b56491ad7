import { describe, expect, it } from 'vitest'
import { TalkCycle, type Token } from '../../../src/session/speaking/talk-cycle.js'

function token(text: string, rest: Partial<Token> = {}): Token {
  return { text, last: false, language: 'en-US', interruptible: 'any', preemptible: false, ...rest }
}

describe('TalkCycle', () => {
  it('counts tokens and words, however words are split', () => {
    const cycle = new TalkCycle(1, 'en-US')
    for (const text of ['Hel', 'lo', ' the', 're, my', ' ', 'friend', '.']) cycle.take(token(text))
    expect([cycle.tokens, cycle.words]).toEqual([7, 4])
  })

  it('follows the strictest rule of the tokens in a chunk', () => {
    const cycle = new TalkCycle(1, 'en-US')
    cycle.take(token('By law ', { interruptible: 'dtmf', preemptible: true }))
    expect(cycle.take(token('we record.', { interruptible: 'speech' }))).toMatchObject([
      { text: 'By law we record.', interruptible: 'none', preemptible: false },
    ])
    expect(cycle.take(token(' Hello.'))).toMatchObject([{ text: ' Hello.', interruptible: 'any' }])
  })

  it('gives each chunk of one token its own share of the rules', () => {
    const cycle = new TalkCycle(1, 'en-US')
    cycle.take(token('We must', { interruptible: 'none' }))
    expect(cycle.take(token(' say. Now talk. And', { last: true }))).toMatchObject([
      { text: 'We must say.', interruptible: 'none' },
      { text: ' Now talk.', interruptible: 'any' },
      { text: ' And', interruptible: 'any' },
    ])
  })

  it('ends a chunk where the language changes', () => {
    const cycle = new TalkCycle(1, 'en-US')
    cycle.take(token('That is'))
    expect(cycle.take(token(' muy bien', { language: 'es-ES', last: true }))).toMatchObject([
      { text: 'That is', language: 'en-US' },
      { text: ' muy bien', language: 'es-ES' },
    ])
  })
})
