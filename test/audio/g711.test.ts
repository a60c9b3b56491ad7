import { describe, expect, it } from 'vitest'
import { aLaw, createCodec, muLaw } from '../../src/audio/index.js'
import { roundTrip, sine, snr } from './signals.js'

describe('G.711', () => {
  it('expands the codes that the Recommendation names', () => {
    expect([0x80, 0x00, 0xff, 0x7f, 0xfe, 0x8f, 0xf0].map((code) => muLaw.expand[code])).toEqual([
      32124, -32124, 0, 0, 8, 16764, 120,
    ])
    expect([0xd5, 0x55, 0xaa, 0x2a, 0xd4, 0x80].map((code) => aLaw.expand[code])).toEqual([
      8, -8, 32256, -32256, 24, 5504,
    ])
  })

  it.each([muLaw, aLaw])('$name compresses every code of its own back to itself', (law) => {
    for (let code = 0; code < 256; code++) {
      const again = law.compress[(law.expand[code] + 32768) >> law.shift]
      // mu-law has two codes for zero.
      expect(again).toBe(law.name === 'PCMU' && code === 0x7f ? 0xff : code)
    }
  })

  it.each([muLaw, aLaw])('$name takes every sample to a step that lies next to it', (law) => {
    const steps = [...new Set(law.expand)].sort((a, b) => a - b)
    // Where two segments meet, the decision value is half the wider segment's step away.
    const allowed = (sample: number) => {
      const above = steps.findIndex((step) => step >= sample)
      const around = [-1, 0, 1].map((i) => steps[above + i] - steps[above + i - 1])
      return Math.max(...around) / 2
    }
    for (let sample = -31000; sample < 31000; sample += 37) {
      const got = law.expand[law.compress[(sample + 32768) >> law.shift]]
      // The encoder sees 14 or 12 bits, so that it may be off by that much at a boundary.
      expect(Math.abs(got - sample)).toBeLessThanOrEqual(allowed(sample) + (1 << law.shift))
    }
  })

  it.each(['PCMU', 'PCMA'] as const)('%s carries a tone with the SNR of the law', (name) => {
    const pcm = sine(1000, 8000, 8000, 8000)
    expect(snr(pcm, roundTrip(createCodec(name), pcm))).toBeGreaterThan(36)
  })

  it('writes no further than the output', () => {
    const codec = createCodec('PCMU')
    expect(codec.encode(new Int16Array(160), new Uint8Array(100))).toBe(100)
    expect(codec.decode(new Uint8Array(5000), new Int16Array(1920))).toBe(1920)
  })
})
