import { describe, expect, it } from 'vitest'
import { Reception } from '../../src/rtp/reception.js'

describe('Reception', () => {
  it('extends sequence numbers over the wrap, also when packets are reordered', () => {
    const reception = new Reception()
    const extended = [65_534, 65_535, 1, 0, 2].map((sequence) => reception.sequence(sequence))
    expect(extended).toEqual([65_534, 65_535, 65_537, 65_536, 65_538])
    expect(reception.counts).toEqual({ expected: 5, lost: 0 })
  })

  it('counts what is missing, and per interval', () => {
    const reception = new Reception()
    for (let n = 0; n < 100; n++) if (n % 4 !== 3) reception.sequence(n)
    reception.sequence(100)
    expect(reception.counts).toEqual({ expected: 101, lost: 25 })
    expect(reception.takeFractionLost()).toBe(Math.floor((25 * 256) / 101))
    for (let n = 101; n < 200; n++) reception.sequence(n)
    expect(reception.takeFractionLost()).toBe(0)
  })

  it('counts from the first that was sent, where others come before it', () => {
    const reception = new Reception()
    // 65534 to 1 arrive in a burst, out of order; 65535 is lost.
    for (const sequence of [1, 0, 65534, 2, 3]) reception.sequence(sequence)
    expect(reception.counts).toEqual({ expected: 6, lost: 1 })
  })

  it('drops a stray number, and begins anew when the sender does', () => {
    const reception = new Reception()
    reception.sequence(10)
    expect(reception.sequence(40_000)).toBeUndefined()
    expect(reception.sequence(11)).toBe(11)
    expect(reception.sequence(30_000)).toBeUndefined()
    expect(reception.sequence(30_001)).toBe('restart')
    expect(reception.highest).toBe(30_001)
    expect(reception.counts).toEqual({ expected: 1, lost: 0 })
  })

  it('estimates jitter as RFC 3550 A.8 does', () => {
    const reception = new Reception()
    for (let n = 0; n < 400; n++) reception.arrived(n * 160 + (n % 2) * 80, n * 160)
    expect(reception.jitter).toBeCloseTo(80, 0)
  })
})
