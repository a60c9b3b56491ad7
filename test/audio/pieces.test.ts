import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dbfs,
  fadeOut,
  fromDbfs,
  LeadingSilenceTrimmer,
  mixInto,
  peak,
  rms,
  SampleQueue,
} from '../../src/audio/index.js'
import { noise, sine } from './signals.js'

describe('levels', () => {
  it('measures a full-scale sine at -3 dBFS and silence at the floor', () => {
    const pcm = sine(1000, 8000, 8000, 32767)
    expect(dbfs(pcm)).toBeCloseTo(-3.01, 1)
    expect(rms(pcm)).toBeCloseTo(32767 / Math.SQRT2, -1)
    expect(peak(pcm)).toBe(32767)
    expect(dbfs(new Int16Array(160))).toBe(-100)
    expect(dbfs(new Int16Array(0))).toBe(-100)
    expect(peak(Int16Array.of(-32768))).toBe(32768)
    expect(dbfs(Int16Array.of(fromDbfs(-20)))).toBeCloseTo(-20, 2)
  })

  it('mixes without wrapping around', () => {
    const into = Int16Array.of(30_000, -30_000, 5, 7)
    mixInto(into, Int16Array.of(10_000, -10_000, 6))
    expect([...into]).toEqual([32767, -32768, 11, 7])
  })

  it('fades to silence without a step', () => {
    const steps = (pcm: Int16Array) => Math.max(...pcm.slice(1).map((value, i) => Math.abs(value - pcm[i])))
    const out = new Int16Array(160).fill(10_000)
    fadeOut(out)
    expect(out[0]).toBeGreaterThan(9_990)
    expect(Math.abs(out[159])).toBeLessThan(10)
    expect(steps(out)).toBeLessThan(100)
  })
})

describe('SampleQueue', () => {
  it('gives back what was pushed, in order, through every wrap and growth', () => {
    const model = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 90 })), { maxLength: 60 })
    fc.assert(
      fc.property(model, (steps) => {
        const queue = new SampleQueue(16)
        const expected: number[] = []
        let next = 0
        for (const [push, count] of steps) {
          if (push) {
            const samples = Int16Array.from({ length: count }, () => next++)
            queue.push(samples)
            expected.push(...samples)
          } else {
            const frame = new Int16Array(count).fill(-1)
            const taken = queue.pull(frame)
            const wanted = expected.splice(0, count)
            expect(taken).toBe(wanted.length)
            expect([...frame]).toEqual([...wanted, ...new Array(count - taken).fill(0)])
          }
          expect(queue.length).toBe(expected.length)
        }
      }),
      { seed: 11 },
    )
  })

  it('skips and clears', () => {
    const queue = new SampleQueue(4)
    queue.push(Int16Array.of(1, 2, 3, 4, 5))
    expect(queue.skip(2)).toBe(2)
    const frame = new Int16Array(1)
    queue.pull(frame)
    expect(frame[0]).toBe(3)
    expect(queue.skip(9)).toBe(2)
    queue.push(Int16Array.of(6))
    queue.clear()
    expect(queue.pull(frame)).toBe(0)
  })
})

describe('LeadingSilenceTrimmer', () => {
  const RATE = 16000
  const run = (pcm: Int16Array, piece: number, trimmer = new LeadingSilenceTrimmer(RATE)) => {
    const kept: number[] = []
    for (let at = 0; at < pcm.length; at += piece) kept.push(...trimmer.process(pcm.subarray(at, at + piece)))
    return { kept: Int16Array.from(kept), trimmed: trimmer.trimmed, rest: trimmer.flush() }
  }
  const speech = sine(300, RATE, 4000, 6000)
  const withSilence = (samples: number) => {
    const pcm = new Int16Array(samples + speech.length)
    pcm.set(noise(samples, 30))
    pcm.set(speech, samples)
    return pcm
  }

  it.each([7, 320, 1000, 100_000])(
    'leaves 20 ms before the first sound, in pieces of %i samples',
    (piece) => {
      const { kept, trimmed } = run(withSilence(4800), piece)
      expect(trimmed).toBe(4800 - 320)
      expect(kept).toEqual(withSilence(4800).slice(4480))
    },
  )

  it('takes nothing from speech that starts at once, and gives silence back only on asking', () => {
    expect(run(speech, 320).kept).toEqual(speech)
    const { kept, trimmed, rest } = run(new Int16Array(3200), 320)
    expect([kept.length, rest.length + trimmed]).toEqual([0, 3200])
  })

  it('takes no more than the most', () => {
    const trimmer = new LeadingSilenceTrimmer(RATE, { mostMs: 100 })
    const { kept, trimmed } = run(withSilence(16000), 320, trimmer)
    expect(trimmed).toBe(1600)
    expect(kept.length).toBe(16000 - 1600 + speech.length)
  })
})
