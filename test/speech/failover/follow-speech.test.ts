import { expect, it } from 'vitest'
import { followSpeech } from '../../../src/speech/failover/follow-speech.js'

const RATE = 8_000

/** Vowels by their two formants, in Hz. */
const vowels = [
  [300, 2300],
  [700, 1200],
  [350, 900],
  [550, 1800],
] as const

/** Each vowel in turn, so many ms of each, by a voice of its own pitch. */
function speak(ms: number, hz: number, count: number = vowels.length): Int16Array {
  const samples = (ms * RATE) / 1000
  return Int16Array.from({ length: samples * count }, (_, i) => {
    const formants = vowels[Math.floor(i / samples)]!
    let sum = 0
    for (let harmonic = hz; harmonic < 3_800; harmonic += hz) {
      const loudness = formants.reduce((all, at) => all + 1 / (1 + ((harmonic - at) / 90) ** 2), 0)
      sum += loudness * Math.sin((2 * Math.PI * harmonic * i) / RATE)
    }
    return sum * 4_000
  })
}

const reference = { pcm: speak(200, 110), sampleRate: RATE }
const ends = [200, 400, 600, 800]

it('finds places of a reference in a slower voice of another pitch, as far as it came', async () => {
  const places = await followSpeech({ pcm: speak(280, 190, 3), sampleRate: RATE }, reference, ends)
  expect(places).toHaveLength(4)
  for (const [i, expected] of [280, 560].entries()) {
    expect(Math.abs(places![i]! - expected)).toBeLessThanOrEqual(40)
  }
  expect(places![3]).toBeUndefined()
})

it('takes rates that differ', async () => {
  const slow = speak(100, 150)
  const at16k = new Int16Array(slow.length * 2).map((_, i) => slow[i >> 1]!)
  const places = await followSpeech({ pcm: at16k, sampleRate: 16_000 }, reference, [200, 400])
  expect(Math.abs(places![1]! - 200)).toBeLessThanOrEqual(40)
})

it('gives up what is too long, or nothing', async () => {
  expect(
    await followSpeech({ pcm: new Int16Array(13 * RATE), sampleRate: RATE }, reference, ends),
  ).toBeUndefined()
  expect(await followSpeech({ pcm: new Int16Array(10), sampleRate: RATE }, reference, ends)).toBeUndefined()
})
