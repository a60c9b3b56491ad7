import { describe, expect, it } from 'vitest'
import { aLaw, G711Codec, mixInto, type Tone, ToneDetector } from '../../src/audio/index.js'
import { noise, roundTrip, sine, speechLike } from './signals.js'

/** The longest tone that was heard. */
function heard(pcm: Int16Array, rate: number): Tone | undefined {
  const detector = new ToneDetector(rate)
  let longest: Tone | undefined
  for (let at = 0; at + rate / 50 <= pcm.length; at += rate / 50) {
    const tone = detector.write(pcm.subarray(at, at + rate / 50))
    if (tone && tone.ms > (longest?.ms ?? 0)) longest = tone
  }
  return longest
}

describe.each([8000, 16_000])('at %i Hz', (rate) => {
  it.each([440, 800, 1000, 1400, 2100])('a tone of %i Hz is followed', (hz) => {
    const tone = heard(sine(hz, rate, rate / 2), rate)
    expect(tone!.ms).toBe(500)
    expect(Math.abs(tone!.hz - hz)).toBeLessThan(5)
  })

  it('a tone is heard through a bad line', () => {
    const pcm = sine(1000, rate, rate / 2, 6000)
    mixInto(pcm, noise(pcm.length, 600))
    expect(heard(pcm, rate)!.ms).toBeGreaterThan(400)
  })

  it('speech, noise, two tones at once and silence are no tone', () => {
    const pair = sine(770, rate, rate)
    mixInto(pair, sine(1336, rate, rate))
    for (const pcm of [speechLike(rate, rate), noise(rate, 8000), pair, new Int16Array(rate)]) {
      expect(heard(pcm, rate)?.ms ?? 0).toBeLessThan(60)
    }
  })
})

it('goes on over one frame that was lost, and anew after two', () => {
  const frame = sine(1000, 8000, 160)
  const detector = new ToneDetector(8000)
  const silence = new Int16Array(160)
  const lengths = [frame, frame, silence, frame, silence, silence, frame].map(
    (one) => detector.write(one)?.ms,
  )
  expect(lengths).toEqual([20, 40, undefined, 80, undefined, undefined, 20])
})

it('outlives A-law', () => {
  expect(heard(roundTrip(new G711Codec(aLaw), sine(1400, 8000, 4000)), 8000)!.ms).toBeGreaterThan(440)
})
