import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { DigitCollector, type DigitResult, type DigitWish } from '../../../src/calls/index.js'

const usual: DigitWish = {
  min: 1,
  max: 128,
  terminators: '#',
  valid: '0123456789*',
  otherKeys: 'end',
  initialMs: 5_000,
  betweenMs: 2_000,
  totalMs: 60_000,
}

function collect(wish: Partial<DigitWish> = {}) {
  const clock = new SimulatedClock()
  const results: DigitResult[] = []
  const collector = new DigitCollector({ ...usual, ...wish }, clock, (result) => results.push(result))
  const press = (keys: string): void => {
    for (const key of keys) collector.key(key)
  }
  return { clock, results, collector, press }
}

describe('what ends the input', () => {
  it.each<[string, Partial<DigitWish>, string, DigitResult]>([
    ['the terminator', {}, '12#', { result: 'valid', digits: '12', terminator: '#' }],
    ['it, too early', { min: 3 }, '12#', { result: 'invalid', digits: '12', terminator: '#' }],
    ['it, with nothing wanted', { min: 0 }, '#', { result: 'valid', digits: '', terminator: '#' }],
    ['one of several', { terminators: '#*' }, '1*', { result: 'valid', digits: '1', terminator: '*' }],
    [
      'as many digits as may be',
      { max: 4 },
      '12345',
      { result: 'valid', digits: '1234', terminator: undefined },
    ],
    ['a wrong key', { valid: '123' }, '14', { result: 'invalid', digits: '1', terminator: undefined }],
    [
      'no terminator',
      { terminators: '', max: 2 },
      '12',
      { result: 'valid', digits: '12', terminator: undefined },
    ],
  ])('%s', (_, wish, keys, expected) => {
    const { results, press } = collect(wish)
    press(keys)
    expect(results).toEqual([expected])
  })

  it('is no wrong key where these count for nothing', () => {
    const { results, press } = collect({ valid: '123', otherKeys: 'ignore', max: 2 })
    press('4A1')
    expect(results).toEqual([])
    press('2')
    expect(results).toEqual([{ result: 'valid', digits: '12', terminator: undefined }])
  })

  it('is a stop, with what there is', () => {
    const { results, collector, press } = collect()
    press('12')
    collector.stop()
    collector.stop()
    press('3#')
    expect(results).toEqual([{ result: 'stopped', digits: '12', terminator: undefined }])
  })
})

describe('time', () => {
  it('does not count before the start, keys do', () => {
    const { clock, results, collector, press } = collect()
    press('7')
    clock.advance(3_600_000)
    expect(results).toEqual([])
    collector.start()
    clock.advance(1_999)
    expect(results).toEqual([])
    clock.advance(1)
    expect(results).toEqual([{ result: 'valid', digits: '7', terminator: undefined }])
  })

  it('runs out with no key at all', () => {
    const { clock, results, collector } = collect()
    collector.start()
    collector.start()
    clock.advance(4_999)
    expect(results).toEqual([])
    clock.advance(1)
    expect(results).toEqual([{ result: 'timeout', digits: '', terminator: undefined }])
  })

  it('runs anew with each digit, and out with too few', () => {
    const { clock, results, collector, press } = collect({ min: 5 })
    collector.start()
    for (const digit of '123') {
      clock.advance(1_900)
      press(digit)
    }
    clock.advance(1_999)
    expect(results).toEqual([])
    clock.advance(1)
    expect(results).toEqual([{ result: 'invalid', digits: '123', terminator: undefined }])
  })

  it('has an end for all of it', () => {
    const { clock, results, collector, press } = collect({ totalMs: 3_000 })
    collector.start()
    for (const digit of '1234') {
      clock.advance(700)
      press(digit)
    }
    clock.advance(200)
    expect(results).toEqual([{ result: 'valid', digits: '1234', terminator: undefined }])
  })

  it('is endless where it is 0', () => {
    const { clock, results, collector } = collect({ initialMs: 0, betweenMs: 0, totalMs: 0 })
    collector.start()
    clock.advance(86_400_000)
    expect(results).toEqual([])
  })
})

it('ends once, whatever is pressed and when, with digits that may be', () => {
  const step = fc.oneof(
    fc.constantFrom(...'0123456789*#ABCD').map((key) => ({ key })),
    fc.nat(6_000).map((ms) => ({ ms })),
  )
  const wish = fc.record({
    min: fc.nat(4),
    max: fc.integer({ min: 4, max: 8 }),
    valid: fc.constantFrom('01', '0123456789'),
  })
  fc.assert(
    fc.property(fc.array(step), wish, (steps, wishes) => {
      const { clock, results, collector } = collect(wishes)
      collector.start()
      for (const one of steps) {
        if ('key' in one) collector.key(one.key)
        else clock.advance(one.ms)
      }
      clock.advance(usual.totalMs)
      expect(results).toHaveLength(1)
      const { result, digits } = results[0]!
      expect([...digits].every((digit) => wishes.valid.includes(digit))).toBe(true)
      expect(digits.length).toBeLessThanOrEqual(wishes.max)
      if (result === 'valid') expect(digits.length).toBeGreaterThanOrEqual(wishes.min)
    }),
  )
})
