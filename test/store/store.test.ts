import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Log } from '../../src/base/log.js'
import { silentLog } from '../../src/base/log.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import { Store, type StoreOptions } from '../../src/store/index.js'
import { newCall, newSession } from './samples.js'

let folder: string
let stores: Store[]

async function open(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await Store.open({ file: join(folder, 'data', 'parley.db'), ...options })
  stores.push(store)
  return store
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-store-'))
  stores = []
})

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()))
  rmSync(folder, { recursive: true })
})

describe('calls', () => {
  it('keeps a call from its start to its end, across a restart', async () => {
    const first = await open()
    first.callStarted(newCall(1, { sipCallId: 'abc@phone', route: '1000', parentCallSid: 'CA0' }))
    first.callUpdated(newCall(1).callSid, {
      status: 'in-progress',
      answeredAt: 1_700_000_000_500.25,
      codec: 'G722',
    })
    first.callEnded(newCall(1).callSid, {
      status: 'completed',
      endedAt: 1_700_000_009_000,
      endBy: 'caller',
      endReason: 'bye',
      endCause: 'normal',
      sipStatus: 200,
      quality: { mos: 4.3, lost: 2 },
      problems: [{ severity: 'warning', code: 'audio_poor', count: 1, detail: 'lost' }],
      recordingPath: 'recordings/1.wav',
    })
    await first.close()

    const second = await open()
    expect(await second.getCall(newCall(1).callSid)).toEqual({
      ...newCall(1),
      callerName: '',
      status: 'completed',
      ringingAt: null,
      answeredBy: null,
      answeredAt: 1_700_000_000_500.25,
      endedAt: 1_700_000_009_000,
      endBy: 'caller',
      endReason: 'bye',
      endCause: 'normal',
      sipStatus: 200,
      parentCallSid: 'CA0',
      sipCallId: 'abc@phone',
      route: '1000',
      codec: 'G722',
      recordingPath: 'recordings/1.wav',
      quality: { mos: 4.3, lost: 2 },
      problems: [{ severity: 'warning', code: 'audio_poor', count: 1, detail: 'lost' }],
    })
  })

  it('lists newest first, page by page, even where calls began in the same millisecond', async () => {
    const store = await open()
    for (let n = 1; n <= 7; n++) store.callStarted(newCall(n, { startedAt: 1000 }))
    const seen: string[] = []
    let before: string | undefined
    for (;;) {
      const page = await store.listCalls({ limit: 3, before })
      if (page.length === 0) break
      seen.push(...page.map((call) => call.callSid))
      before = seen.at(-1)
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => newCall(n).callSid))
  })

  it('filters by status and by part of a number or name, taking % and _ literally', async () => {
    const store = await open()
    store.callStarted(newCall(1, { callerName: '100% Alice' }))
    store.callStarted(newCall(2, { status: 'failed' }))
    store.callStarted(newCall(3, { callerName: '1000 Bobs' }))
    const sids = async (filter: Parameters<Store['listCalls']>[0]) =>
      (await store.listCalls(filter)).map((call) => call.callSid)
    expect(await sids({ status: 'failed' })).toEqual([newCall(2).callSid])
    expect(await sids({ search: '5550102' })).toEqual([newCall(2).callSid])
    expect(await sids({ search: '100%' })).toEqual([newCall(1).callSid])
    expect(await sids({ search: '_' })).toEqual([])
  })

  it('finds a call by any identifier and by the beginning of its SID', async () => {
    const store = await open()
    const call = newCall(1, { callSid: `CAabc1${'0'.repeat(28)}`, sipCallId: 'x@y' })
    store.callStarted(call)
    store.callStarted(newCall(2, { callSid: `CAabd2${'0'.repeat(28)}` }))
    store.sessionStarted(newSession(1, { callSid: call.callSid }))
    const keys = [call.callSid, call.callControlId, call.callSessionId, call.callLegId, 'x@y']
    for (const key of [...keys, newSession(1).sessionId, 'CAabc', 'abc', 'ABC']) {
      expect((await store.getCall(key))?.callSid, key).toBe(call.callSid)
    }
    expect(await store.getCall('abe')).toBeUndefined()
    expect(await store.getCall('')).toBeUndefined()
    await expect(store.getCall('ab')).rejects.toMatchObject({ code: 'call_ambiguous' })
  })
})

describe('sessions and timelines', () => {
  it('keeps several sessions of a call in order, with their settings and end', async () => {
    const store = await open()
    const callSid = newCall(1).callSid
    store.sessionStarted(newSession(2, { callSid, startedAt: 2 }))
    store.sessionStarted(newSession(1, { callSid, startedAt: 1 }))
    store.sessionEnded(newSession(1).sessionId, {
      status: 'ended',
      endedAt: 9,
      handoffData: '{"to":"sales"}',
    })
    store.sessionEnded(newSession(2).sessionId, {
      status: 'failed',
      endedAt: 9,
      errorCode: 64105,
      errorMessage: 'lost',
    })
    expect(await store.getSessions(callSid)).toEqual([
      {
        ...newSession(1, { callSid, startedAt: 1 }),
        endedAt: 9,
        status: 'ended',
        errorCode: null,
        errorMessage: null,
        handoffData: '{"to":"sales"}',
      },
      {
        ...newSession(2, { callSid, startedAt: 2 }),
        endedAt: 9,
        status: 'failed',
        errorCode: 64105,
        errorMessage: 'lost',
        handoffData: null,
      },
    ])
  })

  it('keeps events whole, in the order of their numbers, each once', async () => {
    const store = await open()
    const event = { sessionId: 'VX1', at: 1_700_000_000_000.125, name: 'stt_latency' as const }
    store.timeline({ ...event, sequenceNumber: 2, data: { latency_ms: 12, snake_case: { camelCase: true } } })
    store.timeline({ ...event, sequenceNumber: 1, data: { latency_ms: 1 } })
    store.timeline({ ...event, sequenceNumber: 2, data: { latency_ms: 99 } })
    const events = await store.getTimeline('VX1')
    expect(events).toEqual([
      { ...event, sequenceNumber: 1, data: { latency_ms: 1 } },
      { ...event, sequenceNumber: 2, data: { latency_ms: 12, snake_case: { camelCase: true } } },
    ])
  })

  it('takes tens of thousands of events in one go', async () => {
    const store = await open()
    for (let n = 1; n <= 40_000; n++) {
      store.timeline({
        sessionId: `VX${n % 50}`,
        sequenceNumber: n,
        at: n,
        name: 'frame_received',
        data: { n },
      })
    }
    await store.flush()
    expect(store.counts).toEqual({ written: 40_000, dropped: 0, failed: 0 })
    expect(await store.getTimeline('VX7')).toHaveLength(800)
  })

  it('settles what a killed process left open at its last known moment', async () => {
    const store = await open()
    store.callStarted(newCall(1, { startedAt: 10, answeredAt: 20, status: 'in-progress' }))
    store.callStarted(newCall(2, { startedAt: 10, answeredAt: 20, status: 'in-progress' }))
    store.callStarted(newCall(3, { startedAt: 10, endedAt: 15, status: 'completed' }))
    store.sessionStarted(newSession(1, { startedAt: 21 }))
    store.timeline({
      sessionId: newSession(1).sessionId,
      sequenceNumber: 1,
      at: 70.5,
      name: 'dtmf',
      data: {},
    })
    expect(await store.settleInterrupted()).toBe(2)
    const [third, second, first] = await store.listCalls()
    expect(first).toMatchObject({ status: 'failed', endedAt: 70.5, endReason: 'interrupted' })
    expect(second).toMatchObject({ status: 'failed', endedAt: 20 })
    expect(third).toMatchObject({ status: 'completed', endedAt: 15 })
    expect(await store.getSessions(newCall(1).callSid)).toMatchObject([{ status: 'failed', endedAt: 70.5 }])
    expect(await store.settleInterrupted()).toBe(0)
  })
})

describe('batches', () => {
  it('waits for the batch time, and no longer', async () => {
    const clock = new SimulatedClock()
    const store = await open({ clock, batchMs: 20 })
    const reader = await open({ readonly: true })
    store.callStarted(newCall(1))
    clock.advance(19)
    expect(await reader.listCalls()).toEqual([])
    clock.advance(1)
    await expect.poll(() => reader.listCalls()).toHaveLength(1)
  })

  it('drops and counts events beyond its limit, but keeps calls', async () => {
    const store = await open({ clock: new SimulatedClock(), maxPending: 10 })
    for (let n = 1; n <= 25; n++) {
      store.timeline({ sessionId: 'VX1', sequenceNumber: n, at: n, name: 'dtmf', data: {} })
    }
    store.callStarted(newCall(1))
    await store.flush()
    expect(store.counts).toEqual({ written: 11, dropped: 15, failed: 0 })
    expect(await store.listCalls()).toHaveLength(1)
  })

  it('loses only the bad row of a batch, counts it and logs it once', async () => {
    const errors: string[] = []
    const log: Log = { ...silentLog, error: (_, message) => errors.push(message) }
    const store = await open({ log })
    store.callStarted(newCall(1))
    store.callStarted(newCall(1))
    store.callStarted(newCall(2))
    await store.flush()
    store.callStarted(newCall(2))
    await store.flush()
    expect(store.counts).toEqual({ written: 2, dropped: 0, failed: 2 })
    expect(errors).toEqual([expect.stringContaining('UNIQUE constraint failed')])
    expect(await store.listCalls()).toHaveLength(2)
  })

  it('records what is not JSON as empty, without throwing', async () => {
    const store = await open()
    const circular: { self?: unknown } = {}
    circular.self = circular
    store.timeline({ sessionId: 'VX1', sequenceNumber: 1, at: 1, name: 'dtmf', data: circular })
    store.timeline({ sessionId: 'VX1', sequenceNumber: 2, at: 1, name: 'dtmf', data: { big: 1n } })
    expect((await store.getTimeline('VX1')).map((event) => event.data)).toEqual([{}, {}])
  })

  it('drops and counts what is told after it closed', async () => {
    const store = await open()
    await store.close()
    await store.close()
    store.callStarted(newCall(1))
    expect(store.counts.dropped).toBe(1)
    await expect(store.listCalls()).rejects.toMatchObject({ code: 'store_failed' })
  })
})

describe('opening', () => {
  it('names the file that is not a database', async () => {
    const file = join(folder, 'broken.db')
    writeFileSync(file, 'this is not a database, whatever its name says '.repeat(100))
    await expect(Store.open({ file })).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining(file),
    })
  })

  it('makes no file where it only reads', async () => {
    const file = join(folder, 'absent.db')
    await expect(Store.open({ file, readonly: true })).rejects.toMatchObject({ code: 'store_failed' })
  })

  it('reads while another store writes', async () => {
    const writer = await open()
    const reader = await open({ readonly: true })
    writer.callStarted(newCall(1))
    await writer.flush()
    expect(await reader.listCalls()).toHaveLength(1)
  })
})
