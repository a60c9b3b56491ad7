import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutPieces } from '../../../src/speech/tts/pieces.js'

describe('cutPieces', () => {
  it('cuts at sentences, not at abbreviations', () => {
    const text = 'Dr. Smith is in. Who calls?'
    expect(cutPieces(text)).toEqual([
      { text: 'Dr. Smith is in.', start: 0, pauseMs: 180 },
      { text: 'Who calls?', start: 17, pauseMs: 180 },
    ])
  })

  it('makes the pause of blank lines as long as they are many', () => {
    expect(cutPieces('One.\n\nTwo\n\n\n\nthree').map(({ text, pauseMs }) => [text, pauseMs])).toEqual([
      ['One.', 400],
      ['Two', 800],
      ['three', 20],
    ])
  })

  it('keeps the first piece short, and cuts where there is no space at all', () => {
    const [first, second] = cutPieces('x'.repeat(500))
    expect(first.text.length).toBe(100)
    expect(second.text.length).toBe(240)
    expect(cutPieces('😀'.repeat(300)).every(({ text }) => /^(?:😀)+$/u.test(text))).toBe(true)
  })

  it('loses nothing but white space, whatever the text', () => {
    const text = fc.string({
      maxLength: 400,
      unit: fc.constantFrom('a', ' ', '.', ',', '\n', '。', '"', 'É', '😀'),
    })
    fc.assert(
      fc.property(text, (given) => {
        const pieces = cutPieces(given)
        expect(
          pieces
            .map((piece) => piece.text)
            .join('')
            .replace(/\s/g, ''),
        ).toBe(given.replace(/\s/g, ''))
        for (const piece of pieces) expect(given.startsWith(piece.text, piece.start)).toBe(true)
      }),
    )
  })
})
