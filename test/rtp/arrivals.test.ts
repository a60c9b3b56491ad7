import { expect, it } from 'vitest'
import { Arrivals, defaultDelay } from '../../src/rtp/arrivals.js'

it('aims at no more delay than it is allowed, from then on', () => {
  const arrivals = new Arrivals(defaultDelay)
  /** A network that holds back every other packet for 150 ms. */
  const second = (from: number) => {
    for (let ms = from; ms < from + 1000; ms += 20) arrivals.add(ms, (ms / 20) % 2 === 0 ? 0 : 150)
  }
  second(0)
  expect(arrivals.target).toBeGreaterThan(150)
  arrivals.limit(60)
  expect([arrivals.target, arrivals.longest]).toEqual([60, 60])
  second(1000)
  expect(arrivals.target).toBe(60)
  arrivals.limit(200)
  second(2000)
  expect(arrivals.target).toBeGreaterThan(150)
})
