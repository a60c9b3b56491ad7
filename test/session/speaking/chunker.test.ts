import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chunker } from '../../../src/session/speaking/chunker.js'

/** Pushes the tokens, then flushes; the chunks in order, those of the flush included. */
function chunk(tokens: readonly string[], language = 'en-US'): string[] {
  const chunker = new Chunker(language)
  return [...tokens.flatMap((token) => chunker.push(token)), ...chunker.flush()]
}

const words = (text: string) => text.split(/(?= )/)

describe('Chunker', () => {
  it('cuts as recorded on real calls', () => {
    expect(chunk(words('I heard: Stop. Stop. Stop. I am interrupting you now.'))).toEqual([
      'I heard:',
      ' Stop.',
      ' Stop.',
      ' Stop.',
      ' I am interrupting you now.',
    ])
    expect(chunk(words('I heard: I am the caller, and I keep talking over the line. I am, too.'))).toEqual([
      'I heard:',
      ' I am the caller, ',
      'and I keep talking over the line.',
      ' I am, too.',
    ])
    expect(chunk(words('This is a short reply of about eight seconds, so that digits time out.'))).toEqual([
      'This is a short reply of about eight seconds, ',
      'so that digits time out.',
    ])
    const long = ' the quick brown fox jumps over the lazy dog so you can interrupt it.'
    expect(chunk(words(`Sentence 1 of twelve:${long} Sentence 2 of twelve:${long}`))).toEqual([
      'Sentence 1 of twelve:',
      long,
      ' Sentence 2 of twelve:',
      long,
    ])
    const chunker = new Chunker('en-US')
    const whole = 'Count out loud from one to thirty, every single number.'
    expect(chunker.push(whole, true)).toEqual([whole])
    expect(new Chunker('en-US').push('What is two plus five? Answer with just the number.', true)).toEqual([
      'What is two plus five?',
      ' Answer with just the number.',
    ])
  })

  it('speaks a sentence that arrives whole without waiting for anything', () => {
    expect(new Chunker('en-US').push('Hello there.')).toEqual(['Hello there.'])
    expect(new Chunker('ja-JP').push('こんにちは。')).toEqual(['こんにちは。'])
    expect(new Chunker('en-US').push('Really?')).toEqual(['Really?'])
  })

  it('gives the first clause early and later ones not', () => {
    const chunker = new Chunker('en-US')
    expect(chunker.push('Of course, I')).toEqual(['Of course, '])
    expect(chunker.push(' can, and')).toEqual([])
    expect(chunker.push(' will.')).toEqual(['I can, and will.'])
    expect(chunk(['Well then; let us go'])).toEqual(['Well then; ', 'let us go'])
    expect(chunk(['The answer — maybe'])).toEqual(['The answer — ', 'maybe'])
    expect(chunk(['No, I do not'])).toEqual(['No, I do not'])
  })

  it.each([
    ['It costs 3.50 euros today.'],
    ['It costs 1,000 euros and 20 cents.'],
    ['Come at 10:30 sharp.'],
    ['Dr. Miller will see you.'],
    ['Mr. and Mrs. J. Smith are here.'],
    ['Bring fruit, e.g. apples.'.replace(', ', ' ')],
    ['Visit https://example.com/a?b=c&d=1.2 now.'],
    ['Write to jane.doe@example.com today.'],
    ['Use www.example.com for that.'],
    ['Version 1.2.3 is out.'],
    ['Room no. 5 is free.'],
    ['The U.S. economy grows.'],
    ['Open at 9 a.m. on weekdays.'],
    ['Call +1 (555) 010-0001 now.'],
    ['5–7 people can come.'],
  ])('leaves %s in one piece, in any split', (text) => {
    for (const tokens of [[text], words(text), [...text], text.split(/(?=[.,:@/ ])|(?<=[@/])/)]) {
      expect(chunk(tokens)).toEqual([text])
    }
  })

  it('knows ordinals of languages that write them with a full stop, and list items', () => {
    expect(chunk(words('Wir sehen uns am 3. Mai um zehn.'), 'de-DE')).toEqual([
      'Wir sehen uns am 3. Mai um zehn.',
    ])
    expect(chunk(words('It costs 5. Then go.'))).toEqual(['It costs 5.', ' Then go.'])
    expect(chunk(['1. Eggs and milk.\n2. Bread.'])).toEqual(['1. Eggs and milk.', '\n2. Bread.'])
  })

  it('cuts scripts without spaces at their own marks', () => {
    expect(chunk(['你好，很高兴为您服务。请问', '有什么可以帮您？'])).toEqual([
      '你好，很高兴为您服务。',
      '请问有什么可以帮您？',
    ])
    expect(chunk([...'はい、かしこまりました、お待ちください。次です。'])).toEqual([
      'はい、かしこまりました、',
      'お待ちください。',
      '次です。',
    ])
  })

  it('keeps SSML elements whole', () => {
    expect(chunk([...'<prosody rate="slow">One. Two.</prosody> Three. Four.'])).toEqual([
      '<prosody rate="slow">One. Two.</prosody> Three.',
      ' Four.',
    ])
    expect(chunk(words('Wait <break time="1.5s"/> here. And go.'))).toEqual([
      'Wait <break time="1.5s"/> here.',
      ' And go.',
    ])
    const chunker = new Chunker('en-US')
    expect([...'<speak>Hello. You.</speak>'].flatMap((token) => chunker.push(token))).toEqual([
      '<speak>Hello. You.</speak>',
    ])
  })

  it('takes other angle brackets as text', () => {
    expect(chunk(words('If a < b then stop. I <3 you. Good.'))).toEqual([
      'If a < b then stop.',
      ' I <3 you.',
      ' Good.',
    ])
  })

  it('cuts endless speech at a space, and what has no space at a character', () => {
    for (const piece of chunk(words('word '.repeat(500)))) expect(piece.length).toBeLessThanOrEqual(300)
    const pieces = chunk(['😀'.repeat(1000)])
    expect(pieces.join('')).toBe('😀'.repeat(1000))
    for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u)
  })

  it('tells whether what is left looks whole', () => {
    const chunker = new Chunker('en-US')
    chunker.push('It costs 5.')
    expect(chunker.looksWhole).toBe(true)
    chunker.push('50 and')
    expect(chunker.looksWhole).toBe(false)
    expect(chunker.pending).toBe('It costs 5.50 and')
  })

  it('loses, adds and changes nothing, however the text is split', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'Dr. ',
        '3.',
        '14 ',
        'Hello',
        ', ',
        '. ',
        '! ',
        '?',
        ':',
        ' ',
        '\n',
        '<s>',
        '</s>',
        '<br',
        '—',
      ),
      fc.constantFrom(
        '<break time="1s"/>',
        '。',
        '，',
        'e.g. ',
        'https://a.b/c. ',
        '"',
        ')',
        '...',
        '😀',
        'ا؟',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(20), { maxLength: 60 }),
        (parts, cuts) => {
          const text = parts.join('')
          const tokens: string[] = []
          let at = 0
          for (const length of cuts) {
            tokens.push(text.slice(at, at + length))
            at += length
          }
          tokens.push(text.slice(at))
          expect(chunk(tokens).join('')).toBe(text)
          const closed = new Chunker('en-US')
          const chunks = tokens.flatMap((token, i) => closed.push(token, i === tokens.length - 1))
          expect(chunks.join('')).toBe(text)
          expect(closed.pending).toBe('')
        },
      ),
      { numRuns: 500 },
    )
  })
})
