import { beforeEach, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { byHealth, CircuitBreaker, CircuitBreakers } from '../../../src/speech/failover/circuit-breaker.js'
import { VendorError } from '../../../src/speech/vendor-error.js'

const server = new VendorError('acme', 'server', 'oh')
let clock: SimulatedClock
let breaker: CircuitBreaker
/** Ends the probe that runs, with an error or well. */
let probes: ((error?: Error) => void)[]

beforeEach(() => {
  clock = new SimulatedClock(1_000)
  probes = []
  breaker = new CircuitBreaker(clock, () => {
    return new Promise((resolve, reject) => probes.push((error) => (error ? reject(error) : resolve())))
  })
})

function fail(times: number): void {
  for (let i = 0; i < times; i++) breaker.failed(server)
}

/** Lets the probe that runs end. */
async function probed(error?: Error): Promise<void> {
  probes.at(-1)!(error)
  for (let i = 0; i < 5; i++) await Promise.resolve()
}

it('keeps an engine away after three failures in a row', () => {
  fail(2)
  breaker.succeeded()
  fail(2)
  expect(breaker.rests).toBe(false)
  fail(1)
  expect(breaker.rests).toBe(true)
})

it('is probed in the background, once somebody wants it, and rests until that went well', async () => {
  fail(3)
  clock.advance(14_999)
  breaker.wanted()
  expect(probes).toHaveLength(0)
  clock.advance(1)
  breaker.wanted()
  breaker.wanted()
  expect([probes.length, breaker.rests]).toEqual([1, true])
  await probed()
  expect([breaker.rests, breaker.isWell]).toEqual([false, true])
  fail(1)
  expect(breaker.rests).toBe(false)
})

it('rests for longer after each probe that failed', async () => {
  fail(3)
  clock.advance(15_000)
  breaker.wanted()
  await probed(server)
  clock.advance(29_999)
  breaker.wanted()
  expect(probes).toHaveLength(1)
  clock.advance(1)
  breaker.wanted()
  expect(probes).toHaveLength(2)
  await probed()
  expect(breaker.rests).toBe(false)
})

it('is probed soon after a failure that need not mean anything', async () => {
  fail(1)
  expect([breaker.rests, breaker.isWell]).toEqual([false, false])
  breaker.wanted()
  expect(probes).toHaveLength(0)
  clock.advance(2_000)
  breaker.wanted()
  await probed()
  expect(breaker.isWell).toBe(true)
})

it('is well again where a request that went there all the same succeeded', () => {
  fail(5)
  breaker.succeeded()
  expect(breaker.rests).toBe(false)
})

it('is content with one failure that will be the same next time, and waits as long as the vendor says', () => {
  breaker.failed(new VendorError('acme', 'quota', 'no credits', { retryAfterMs: 60_000 }))
  expect(breaker.rests).toBe(true)
  clock.advance(59_999)
  breaker.wanted()
  expect(probes).toHaveLength(0)
  clock.advance(1)
  breaker.wanted()
  expect(probes).toHaveLength(1)
})

it('does not take one refusal for that of all while others are served', () => {
  const refused = new VendorError('acme', 'quota', 'this voice is not in your plan', { status: 402 })
  for (let n = 0; n < 5; n++) {
    breaker.succeeded()
    breaker.failed(refused)
    breaker.failed(refused)
    expect(breaker.rests).toBe(false)
  }
  breaker.failed(refused)
  expect(breaker.rests).toBe(true)
  breaker.succeeded()
  breaker.failed(new VendorError('acme', 'quota', 'slower', { status: 429, retryAfterMs: 5_000 }))
  expect(breaker.rests, 'the vendor said how long').toBe(true)
  breaker.succeeded()
  clock.advance(60_000)
  breaker.failed(refused)
  expect(breaker.rests, 'nobody was served for a minute').toBe(true)
})

it('does not count requests that were wrong', () => {
  for (let i = 0; i < 5; i++) breaker.failed(new VendorError('acme', 'request', 'no such voice'))
  expect([breaker.rests, breaker.isWell]).toEqual([false, true])
})

it('puts resting engines at the end, and probes them', async () => {
  const probed: object[] = []
  const breakers = new CircuitBreakers<object>(clock, async (engine) => void probed.push(engine))
  const candidates = [{ engine: {} }, { engine: {} }]
  for (let i = 0; i < 3; i++) breakers.of(candidates[0]!.engine).failed(server)
  expect(byHealth(candidates, breakers)).toEqual([candidates[1], candidates[0]])
  clock.advance(15_000)
  byHealth(candidates, breakers)
  expect(probed).toEqual([candidates[0]!.engine])
  await new Promise((resolve) => setImmediate(resolve))
  expect(byHealth(candidates, breakers)).toEqual(candidates)
})

it('ends its probes when it is closed', async () => {
  let heard: AbortSignal | undefined
  const breakers = new CircuitBreakers<object>(clock, async (_engine, signal) => {
    heard = signal
  })
  const engine = {}
  for (let i = 0; i < 3; i++) breakers.of(engine).failed(server)
  clock.advance(15_000)
  breakers.of(engine).wanted()
  await breakers.close()
  expect(heard!.aborted).toBe(true)
})
