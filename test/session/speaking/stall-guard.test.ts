import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { guardStalls, StallError } from '../../../src/session/speaking/stall-guard.js'

async function* source(clock: SimulatedClock, waits: readonly number[]) {
  for (const ms of waits) {
    await new Promise<void>((resolve) => clock.after(ms, resolve))
    yield ms
  }
}

async function collect(waits: readonly number[], abortAtMs?: number) {
  const clock = new SimulatedClock()
  const controller = new AbortController()
  if (abortAtMs !== undefined) clock.after(abortAtMs, () => controller.abort())
  const got: number[] = []
  const done = (async () => {
    const options = { clock, stallMs: 100, signal: controller.signal }
    for await (const ms of guardStalls(source(clock, waits), options)) got.push(ms)
    return 'done'
  })().catch((error) => error)
  await clock.run(1000)
  return { got, end: await Promise.race([done, Promise.resolve('open')]) }
}

describe('guardStalls', () => {
  it('hands on what comes in time', async () => {
    expect(await collect([10, 80, 80])).toEqual({ got: [10, 80, 80], end: 'done' })
  })

  it('throws when nothing comes for too long, also from a source that never will', async () => {
    expect(await collect([10, 120])).toMatchObject({ got: [10], end: expect.any(StallError) })
    expect(await collect([1e9])).toMatchObject({ got: [], end: expect.any(StallError) })
  })

  it('ends when aborted, also with a source that does not listen', async () => {
    expect(await collect([10, 1e9], 50)).toEqual({ got: [10], end: 'done' })
  })
})
