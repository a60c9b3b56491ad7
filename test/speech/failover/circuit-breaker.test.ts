import { beforeEach, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { byHealth, CircuitBreaker, CircuitBreakers } from '../../../src/speech/failover/circuit-breaker.js'
import { VendorError } from '../../../src/speech/vendor-error.js'

const server = new VendorError('acme', 'server', 'oh')
let clock: SimulatedClock
let breaker: CircuitBreaker

beforeEach(() => {
  clock = new SimulatedClock(1_000)
  breaker = new CircuitBreaker(clock)
})

function fail(error: Error = server): void {
  breaker.enter()
  breaker.failed(error)
}

it('keeps an engine away after three failures in a row', () => {
  fail()
  fail()
  breaker.enter()
  breaker.succeeded()
  fail()
  fail()
  expect(breaker.rests).toBe(false)
  fail()
  expect(breaker.rests).toBe(true)
})

it('lets one request probe it, and keeps it away for longer when that fails', () => {
  for (let i = 0; i < 3; i++) fail()
  clock.advance(14_999)
  expect(breaker.rests).toBe(true)
  clock.advance(1)
  expect(breaker.rests).toBe(false)
  breaker.enter()
  expect(breaker.rests, 'while it is probed').toBe(true)
  breaker.failed(server)
  clock.advance(29_999)
  expect(breaker.rests).toBe(true)
  clock.advance(1)
  breaker.enter()
  breaker.succeeded()
  expect(breaker.rests).toBe(false)
  fail()
  expect(breaker.rests).toBe(false)
})

it('lets another probe it where the first one ended without telling', () => {
  for (let i = 0; i < 3; i++) fail()
  clock.advance(15_000)
  breaker.enter()
  breaker.abandoned()
  expect(breaker.rests).toBe(false)
})

it('is content with one failure that will be the same next time, and waits as long as the vendor says', () => {
  fail(new VendorError('acme', 'quota', 'no credits', { retryAfterMs: 60_000 }))
  clock.advance(59_999)
  expect(breaker.rests).toBe(true)
  clock.advance(1)
  expect(breaker.rests).toBe(false)
})

it('does not count requests that were wrong', () => {
  for (let i = 0; i < 5; i++) fail(new VendorError('acme', 'request', 'no such voice'))
  expect(breaker.rests).toBe(false)
})

it('puts resting engines at the end', () => {
  const breakers = new CircuitBreakers(clock)
  const candidates = [{ engine: {} }, { engine: {} }]
  for (let i = 0; i < 3; i++) breakers.of(candidates[0]!.engine).failed(server)
  expect(byHealth(candidates, breakers)).toEqual([candidates[1], candidates[0]])
})
