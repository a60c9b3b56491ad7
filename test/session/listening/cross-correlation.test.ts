import { describe, expect, it } from 'vitest'
import { CrossCorrelation } from '../../../src/session/listening/cross-correlation.js'

function noise(length: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state / 0x7fffffff - 0.5) * 20_000
  })
}

describe.each([
  [800, 3_200],
  [5, 8],
  [64, 64],
  [1, 300],
])('a cross-correlation of %d with %d samples', (short, long) => {
  it('equals the sum of products at every place', () => {
    const correlation = new CrossCorrelation(long)
    correlation.of(noise(short, 3), noise(long, 4))
    const a = noise(short, 1)
    const b = noise(long, 2)
    const found = correlation.of(a, b)
    for (let at = 0; at + short <= long; at++) {
      let dot = 0
      for (let i = 0; i < short; i++) dot += a[i]! * b[at + i]!
      expect(Math.abs(found[at]! - dot)).toBeLessThan(1)
    }
  })
})
