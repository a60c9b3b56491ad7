import { describe, expect, it } from 'vitest'
import { heardText } from '../../../src/session/speaking/heard-text.js'
import { spokenText } from '../../../src/session/speaking/spoken-text.js'
import type { WordMark } from '../../../src/speech/index.js'

/** Marks of words that take 50 ms a character. */
function marksOf(text: string): WordMark[] {
  return [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => ({
    textStart: index,
    textEnd: index + word.length,
    startMs: index * 50,
    endMs: (index + word.length) * 50,
  }))
}

function heard(
  chunk: string,
  playedMs: number,
  options: { marks?: number; totalMs?: number; ssml?: boolean } = {},
) {
  const spoken = spokenText(chunk, options.ssml ?? false)
  const marks = spoken ? marksOf(spoken.text).slice(0, options.marks) : []
  return heardText({ chunk, spoken, marks, playedMs, totalMs: options.totalMs })
}

describe('heardText', () => {
  it('ends with the word that was being spoken', () => {
    const chunk = ' Sentence 2 of twelve: the quick brown fox.'
    expect(heard(chunk, 684, { totalMs: 2150 })).toBe('Sentence 2 of')
    expect(heard(chunk, 15, { totalMs: 2150 })).toBe('Sentence')
    expect(heard(chunk, 0, { totalMs: 2150 })).toBe('')
  })

  it('is the whole chunk when the last word was heard', () => {
    expect(heard('Hello there!', 12 * 50, { totalMs: 700 })).toBe('Hello there!')
  })

  it('counts the word after the last mark while audio is still coming in', () => {
    expect(heard('one two three four', 400, { marks: 2 })).toBe('one two three')
    expect(heard('one two three four', 340, { marks: 2 })).toBe('one two')
  })

  it('is estimated from the share of the audio heard where there are no marks', () => {
    const chunk = 'The quick brown fox jumps over the lazy dog'
    for (let ms = 0; ms <= 2150; ms += 10) {
      const exact = chunk
        .slice(0, ms / 50)
        .trim()
        .split(/\s+/)
        .filter(Boolean).length
      const guess = heard(chunk, ms, { marks: 0, totalMs: 2150 }).split(/\s+/).filter(Boolean).length
      expect(Math.abs(guess - exact)).toBeLessThanOrEqual(1)
    }
    expect(heard(chunk, 1000, { marks: 0 })).toMatch(/^The quick brown\b/)
  })

  it('works without spaces between words', () => {
    const text = heard('お電話ありがとうございます。', 700, { marks: 0, totalMs: 1400 })
    expect(text.length).toBeGreaterThan(4)
    expect(text.length).toBeLessThan(11)
  })

  it('finds its way back through markup that was taken away', () => {
    const chunk = 'Wait <break time="1s"/> for <emphasis>our</emphasis> man &amp; dog.'
    expect(heard(chunk, 520, { totalMs: 1200 })).toBe('Wait <break time="1s"/> for')
    expect(heard(chunk, 99_999, { totalMs: 1200 })).toBe(chunk)
  })
})
