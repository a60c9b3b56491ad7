import { expect, it } from 'vitest'
import { estimateCut } from '../../../src/speech/failover/estimate-cut.js'

const RATE = 8000
const text = 'We are open from nine, until six in the evening.'

/** Speech as stretches of sound and silence, in ms, by turns. */
function speech(...lengths: number[]): Int16Array {
  const pcm = new Int16Array((lengths.reduce((sum, ms) => sum + ms, 0) * RATE) / 1000)
  let at = 0
  lengths.forEach((ms, i) => {
    const end = at + (ms * RATE) / 1000
    if (i % 2 === 0) pcm.fill(9_000, at, end)
    at = end
  })
  return pcm
}

const spoken = (pcm: Int16Array, heardMs: number, msPerUnit = 67) => {
  const { textEnd, atMs } = estimateCut(text, pcm, RATE, heardMs, msPerUnit)
  return { text: text.slice(0, textEnd), atMs: Math.round(atMs) }
}

it('cuts at the pause that punctuation made', () => {
  // "We are open from nine" takes about 1.4 s; then a pause, and the beginning of the rest.
  expect(spoken(speech(1_500, 250, 300), 800)).toEqual({ text: 'We are open from nine,', atMs: 1_560 })
})

it('goes by the speed of the voice', () => {
  expect(spoken(speech(700, 120, 100), 300, 67).text).toBe('We are open')
  expect(spoken(speech(700, 120, 100), 300, 45).text).toBe('We are open from')
})

it('cuts behind the word expected there, where nothing parts words', () => {
  expect(spoken(speech(900), 300)).toEqual({ text: 'We are open', atMs: 900 })
})

it('leaves what was heard already', () => {
  expect(spoken(speech(700, 120, 400), 1_000).atMs).toBe(1_220)
})

it('says all again where not even a word can have been said', () => {
  expect(spoken(speech(90), 50)).toEqual({ text: '', atMs: 90 })
})
