import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Resampler, resample } from '../../src/audio/index.js'
import { amplitude, db, noise, sine } from './signals.js'

const RATES = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000]
const pairs = RATES.flatMap((from) => RATES.filter((to) => to !== from).map((to) => [from, to] as const))

/** The middle of a piece, clear of the edges where the signal starts and stops. */
const middle = (pcm: Int16Array) => pcm.slice(pcm.length >> 2, pcm.length - (pcm.length >> 2))

describe('Resampler', () => {
  it.each(pairs)('passes what both rates can carry, %i to %i Hz, within 0.2 dB', (from, to) => {
    const nyquist = Math.min(from, to) / 2
    for (const share of [0.03, 0.25, 0.5, 0.7, 0.85]) {
      const hz = nyquist * share
      const got = amplitude(middle(resample(sine(hz, from, from / 2), from, to)), hz, to)
      expect(Math.abs(db(got / 10_000))).toBeLessThan(0.2)
    }
  })

  it.each(pairs.filter(([from, to]) => from > to))('rejects aliases, %i to %i Hz, by 60 dB', (from, to) => {
    for (const share of [1.01, 1.1, 1.4, 1.9]) {
      const hz = (to / 2) * share
      if (hz >= from / 2) continue
      const alias = Math.abs(hz - to * Math.round(hz / to))
      const got = middle(resample(sine(hz, from, from / 2, 30_000), from, to))
      expect(db(amplitude(got, alias, to) / 30_000)).toBeLessThan(-60)
    }
  })

  it.each(pairs.filter(([from, to]) => from < to))(
    'leaves no images, %i to %i Hz, above -60 dB',
    (from, to) => {
      const hz = from * 0.3
      const got = middle(resample(sine(hz, from, from / 2, 30_000), from, to))
      for (const image of [from - hz, from + hz]) {
        if (image < to / 2) expect(db(amplitude(got, image, to) / 30_000)).toBeLessThan(-60)
      }
    },
  )

  it('keeps a steady level exactly and does not shift time', () => {
    const flat = resample(new Int16Array(2000).fill(1000), 22050, 16000)
    expect(new Set(middle(flat))).toEqual(new Set([1000]))
    const impulse = new Int16Array(1000)
    impulse[500] = 20_000
    const out = resample(impulse, 8000, 16000)
    expect(out.indexOf(Math.max(...out))).toBe(1000)
  })

  it('gives the same in pieces of any length as in one, and the length it promises', () => {
    const pcm = noise(3000, 20_000)
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 12 }),
        ([from, to], cuts) => {
          const whole = resample(pcm, from, to)
          const resampler = new Resampler(from, to)
          const pieces: number[] = []
          let at = 0
          for (const cut of [...cuts, pcm.length]) {
            const piece = pcm.subarray(at, at + cut)
            at += piece.length
            const out = new Int16Array(resampler.room(piece.length))
            pieces.push(...out.subarray(0, resampler.process(piece, out)))
          }
          const tail = new Int16Array(resampler.room(0))
          pieces.push(...tail.subarray(0, resampler.flush(tail)))
          expect(Int16Array.from(pieces)).toEqual(whole)
          expect(whole.length).toBe(Math.ceil((pcm.length * to) / from))
        },
      ),
      { seed: 3, numRuns: 60 },
    )
  })

  it('starts anew after a flush', () => {
    const resampler = new Resampler(48000, 8000)
    const out = new Int16Array(2000)
    const run = () => {
      const first = resampler.process(sine(440, 48000, 960), out)
      return out.slice(0, first + resampler.flush(out.subarray(first)))
    }
    expect(run()).toEqual(run())
  })

  it('copies when the rates are the same, stays within 16 bits and refuses what it cannot do', () => {
    const pcm = noise(320, 30_000)
    expect(resample(pcm, 16000, 16000)).toEqual(pcm)
    const square = Int16Array.from({ length: 800 }, (_, i) => (i % 40 < 20 ? 32767 : -32768))
    const out = resample(square, 8000, 48000)
    expect(Math.max(...out)).toBe(32767)
    expect(Math.min(...out)).toBe(-32768)
    expect(() => new Resampler(0, 8000)).toThrow(RangeError)
    expect(() => new Resampler(8000, 16000.5)).toThrow(RangeError)
    expect(() => new Resampler(8000, 16000).process(pcm, new Int16Array(10))).toThrow(RangeError)
  })
})
