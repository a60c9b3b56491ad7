import { describe, expect, it } from 'vitest'
import { DTMF_COLUMNS, DTMF_ROWS, dtmfFrequencies } from '../../src/audio/dtmf.js'
import { DtmfDetector, DtmfGenerator, fromDbfs, mixInto, peak } from '../../src/audio/index.js'
import { amplitude, db, noise, sine, speechLike } from './signals.js'

const KEYS = '123A456B789C*0#D'

function tone(rate: number, digit: string, ms: number, options = {}): Int16Array {
  const generator = new DtmfGenerator(rate, options)
  generator.start(digit, ms)
  const out = new Int16Array((rate * ms) / 1000)
  generator.pull(out)
  return out
}

/** Pieces and silences (ms) one after another. */
function line(rate: number, ...parts: (Int16Array | number)[]): Int16Array {
  const pieces = parts.map((part) => (typeof part === 'number' ? new Int16Array((rate * part) / 1000) : part))
  return Int16Array.from(pieces.flatMap((piece) => [...piece]))
}

function detect(rate: number, pcm: Int16Array): string {
  let heard = ''
  const detector = new DtmfDetector(rate, (digit) => {
    heard += digit
  })
  for (let at = 0; at < pcm.length; at += rate / 50) detector.write(pcm.subarray(at, at + rate / 50))
  return heard
}

describe.each([8000, 16000])('DTMF at %i Hz', (rate) => {
  it('generates the two frequencies of every key, the column 2 dB louder, nothing else', () => {
    for (const key of KEYS) {
      const pcm = tone(rate, key, 200)
      const pair = dtmfFrequencies(key) ?? [0, 0]
      const [row, column] = pair.map((hz) => amplitude(pcm, hz, rate))
      expect(db(column / row)).toBeCloseTo(2, 0)
      expect(db(row / 32768)).toBeCloseTo(-11 + 3, 0)
      for (const hz of [...DTMF_ROWS, ...DTMF_COLUMNS]) {
        if (!pair.includes(hz)) expect(db(amplitude(pcm, hz, rate) / row)).toBeLessThan(-30)
      }
    }
  })

  it('hears each key once, down to 45 ms of tone and 45 ms of pause', () => {
    const parts = [...KEYS].flatMap((key) => [tone(rate, key, 45), 45])
    expect(detect(rate, line(rate, 13, ...parts))).toBe(KEYS)
  })

  it('hears a held key once and a repeated one twice', () => {
    expect(detect(rate, line(rate, tone(rate, '5', 2000), 40, tone(rate, '5', 100), 60))).toBe('55')
  })

  it('hears weak keys, twisted keys and keys in noise', () => {
    expect(detect(rate, line(rate, tone(rate, '7', 80, { rowDbfs: -33 }), 50))).toBe('7')
    const twisted = line(rate, sine(697, rate, rate / 10, 4000))
    mixInto(twisted, sine(1477, rate, rate / 10, 7000))
    expect(detect(rate, twisted)).toBe('3')
    const noisy = line(rate, 50, tone(rate, '0', 80), 50, tone(rate, '#', 80), 50)
    mixInto(noisy, noise(noisy.length, Math.round(peak(noisy) / 20)))
    expect(detect(rate, noisy)).toBe('0#')
  })

  it('hears nothing in speech, noise, music, single tones, dial tone or silence', () => {
    const dial = sine(350, rate, rate)
    mixInto(dial, sine(440, rate, rate))
    const wrongPair = sine(697, rate, rate)
    mixInto(wrongPair, sine(770, rate, rate))
    const offFrequency = sine(697 * 1.06, rate, rate)
    mixInto(offFrequency, sine(1209 * 1.06, rate, rate))
    for (const pcm of [
      speechLike(rate, rate * 5),
      noise(rate * 5, 20_000),
      sine(1336, rate, rate),
      dial,
      wrongPair,
      offFrequency,
      new Int16Array(rate),
    ]) {
      expect(detect(rate, pcm)).toBe('')
    }
  })

  it('ignores what is shorter than a key press, or too unequal', () => {
    expect(detect(rate, line(rate, 20, tone(rate, '4', 15), 60))).toBe('')
    const unequal = sine(697, rate, rate, fromDbfs(-40))
    mixInto(unequal, sine(1209, rate, rate, fromDbfs(-10)))
    expect(detect(rate, unequal)).toBe('')
  })
})

describe('DtmfGenerator', () => {
  it('fills frame by frame what it fills at once, then silence', () => {
    const generator = new DtmfGenerator(8000)
    generator.start('8', 90)
    const frames = line(
      8000,
      ...Array.from({ length: 6 }, () => {
        const frame = new Int16Array(160)
        generator.pull(frame)
        return frame
      }),
    )
    expect(frames.subarray(0, 720)).toEqual(tone(8000, '8', 90))
    expect(frames.subarray(720).every((sample) => sample === 0)).toBe(true)
    expect(generator.remaining).toBe(0)
    expect(generator.pull(new Int16Array(160))).toBe(0)
  })

  it('starts and stops without a click', () => {
    const pcm = tone(8000, '1', 100)
    expect(Math.abs(pcm[0])).toBeLessThan(200)
    expect(Math.abs(pcm[pcm.length - 1])).toBeLessThan(400)
  })

  it('refuses what is not a digit', () => {
    const generator = new DtmfGenerator(8000)
    for (const wrong of ['', 'E', '12', 'w']) expect(() => generator.start(wrong)).toThrow(RangeError)
    generator.start('a')
    expect(generator.remaining).toBe(800)
  })
})
