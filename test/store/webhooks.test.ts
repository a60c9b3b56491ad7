import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandWindowMs, type PendingWebhook, Store, type WebhookAttempt } from '../../src/store/index.js'

let folder: string
let store: Store

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-webhooks-'))
  store = await Store.open({ file: join(folder, 'parley.db') })
})

afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

function pending(n: number, changes: Partial<PendingWebhook> = {}): PendingWebhook {
  return {
    id: `id-${n}`,
    sequence: n,
    queue: 'call-1',
    receiver: 'http://127.0.0.1:9000',
    format: 'telnyx',
    event: 'call.answered',
    createdAt: 1000 + n,
    payload: { event_type: 'call.answered', snake_case: { camelCase: n } },
    targets: [{ url: 'http://127.0.0.1:9000/hooks', method: 'POST' }],
    policy: { timeoutMs: 2000, retriesMs: [100] },
    attempts: 0,
    nextAttemptAt: null,
    ...changes,
  }
}

function attempt(number: number, changes: Partial<WebhookAttempt> = {}): WebhookAttempt {
  return {
    attempt: number,
    status: 'failed',
    startedAt: 2000,
    finishedAt: 2010,
    request: { method: 'POST', url: 'http://127.0.0.1:9000/hooks', headers: [['content-type', 'a']] },
    redirects: [],
    response: { status: 503, headers: [['retry-after', '1']], body: 'busy' },
    error: { kind: 'refused', detail: 'Status 503' },
    ...changes,
  }
}

function settle(id: string, status: 'delivered' | 'failed', finishedAt: number): void {
  const progress = { status, attempts: 1, startedAt: finishedAt - 5, finishedAt, nextAttemptAt: null }
  store.webhooks.attempted(id, [attempt(1, { status })], progress)
}

const ids = async (filter: Parameters<Store['webhooks']['list']>[0]) =>
  (await store.webhooks.list(filter)).deliveries.map((delivery) => delivery.id)

describe('pending webhooks', () => {
  it('are read back in order, by receiver, page by page, until they are settled', async () => {
    for (const n of [3, 1, 2]) store.webhooks.added(pending(n))
    store.webhooks.added(pending(4, { receiver: 'http://other' }))
    expect(await store.webhooks.backlogs()).toEqual([
      { receiver: 'http://127.0.0.1:9000', last: 3 },
      { receiver: 'http://other', last: 4 },
    ])
    const receiver = 'http://127.0.0.1:9000'
    expect(await store.webhooks.pending({ receiver, after: 0, limit: 2 })).toEqual([pending(1), pending(2)])
    settle('id-2', 'delivered', 3000)
    expect(await store.webhooks.pending({ receiver, after: 1, limit: 2 })).toEqual([pending(3)])
  })

  it('keep what was tried and when to try again', async () => {
    store.webhooks.added(pending(1))
    store.webhooks.attempted('id-1', [attempt(1), attempt(1)], {
      status: 'pending',
      attempts: 1,
      startedAt: 2000,
      finishedAt: null,
      nextAttemptAt: 2500,
    })
    expect(await store.webhooks.pending({ receiver: pending(1).receiver, after: 0, limit: 9 })).toEqual([
      pending(1, { attempts: 1, nextAttemptAt: 2500 }),
    ])
  })

  it('stay as they are when told again', async () => {
    store.webhooks.added(pending(1))
    store.webhooks.added(pending(1, { event: 'call.hangup' }))
    expect((await store.webhooks.list()).deliveries).toMatchObject([{ event: 'call.answered' }])
    expect(store.counts.failed).toBe(0)
  })
})

describe('deliveries', () => {
  it('are listed newest first with their attempts, newest first', async () => {
    store.webhooks.added(pending(1))
    store.webhooks.added(pending(2))
    const progress = { attempts: 1, startedAt: 2000, finishedAt: null, nextAttemptAt: 2500 }
    store.webhooks.attempted('id-1', [attempt(1)], { ...progress, status: 'pending' })
    const second = [attempt(2, { startedAt: 2500 }), attempt(2, { status: 'delivered', startedAt: 2600 })]
    store.webhooks.attempted('id-1', second, {
      status: 'delivered',
      attempts: 2,
      startedAt: 2000,
      finishedAt: 2610,
      nextAttemptAt: null,
    })
    expect(await store.webhooks.list()).toEqual({
      total: 2,
      deliveries: [
        expect.objectContaining({ id: 'id-2', status: 'pending', startedAt: null, attempts: [] }),
        {
          id: 'id-1',
          queue: 'call-1',
          format: 'telnyx',
          event: 'call.answered',
          payload: pending(1).payload,
          status: 'delivered',
          createdAt: 1001,
          startedAt: 2000,
          finishedAt: 2610,
          attempts: [second[1], second[0], attempt(1)],
        },
      ],
    })
  })

  it('are found by every filter, page by page', async () => {
    store.webhooks.added(pending(1))
    store.webhooks.added(pending(2, { queue: 'call-2', event: 'call.hangup', payload: { note: '100%' } }))
    store.webhooks.added(pending(3, { format: 'twilio' }))
    settle('id-1', 'delivered', 3000)
    settle('id-2', 'failed', 4000)
    expect(await ids({})).toEqual(['id-3', 'id-2', 'id-1'])
    expect(await ids({ status: ['delivered', 'failed'] })).toEqual(['id-2', 'id-1'])
    expect(await ids({ queue: 'call-2' })).toEqual(['id-2'])
    expect(await ids({ format: 'twilio' })).toEqual(['id-3'])
    expect(await ids({ events: ['call.hangup', 'other'] })).toEqual(['id-2'])
    expect(await ids({ payloadContains: '100%' })).toEqual(['id-2'])
    expect(await ids({ payloadContains: '1%0' })).toEqual([])
    expect(await ids({ attemptContains: '"status":"delivered"' })).toEqual(['id-1'])
    expect(await ids({ startedFrom: 3995 })).toEqual(['id-2'])
    expect(await ids({ startedTo: 2995 })).toEqual(['id-1'])
    expect(await ids({ finishedFrom: 3000, finishedTo: 3999 })).toEqual(['id-1'])
    expect(await ids({ pageSize: 2, page: 2 })).toEqual(['id-1'])
    expect((await store.webhooks.list({ pageSize: 1, status: ['delivered', 'failed'] })).total).toBe(2)
  })

  it('are deleted by age and by number once finished, with their attempts', async () => {
    for (let n = 1; n <= 6; n++) {
      store.webhooks.added(pending(n))
      if (n < 6) settle(`id-${n}`, 'delivered', n * 1000)
    }
    store.webhooks.prune({ finishedFrom: 2000, atMost: 100 })
    expect(await ids({})).toEqual(['id-6', 'id-5', 'id-4', 'id-3', 'id-2'])
    store.webhooks.prune({ finishedFrom: 0, atMost: 2 })
    expect(await ids({})).toEqual(['id-6', 'id-5', 'id-4'])
    // Attempts of a webhook that is told anew would show what was left over.
    store.webhooks.added(pending(1))
    expect((await store.webhooks.list({ attemptContains: 'busy' })).total).toBe(2)
  })
})

describe('results of commands', () => {
  it('are found by call and command for a minute, also after a restart', async () => {
    const result = {
      callControlId: 'v3:1',
      commandId: 'a',
      statusCode: 200,
      result: { data: { result: 'ok' } },
      createdAt: 10_000,
    }
    store.commands.add(result)
    store.commands.add({ ...result, commandId: 'b', createdAt: 20_000 })
    await store.close()
    store = await Store.open({ file: join(folder, 'parley.db') })
    expect(await store.commands.list({ createdFrom: 0, callControlId: 'v3:1', commandId: 'a' })).toEqual([
      result,
    ])
    expect(await store.commands.list({ createdFrom: 10_001 })).toMatchObject([{ commandId: 'b' }])

    const later = { ...result, createdAt: 20_001 + commandWindowMs, statusCode: 422 }
    store.commands.add(later)
    expect(await store.commands.list({ createdFrom: 0 })).toEqual([later])
  })
})
