import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ConferenceRecord, Store } from '../../src/store/index.js'

let folder: string
let store: Store
const open = (): Promise<Store> => Store.open({ file: join(folder, 'parley.db') })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-conferences-'))
  store = await open()
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

const conference = (n: number, more: Partial<ConferenceRecord> = {}): ConferenceRecord => ({
  ...{ sid: `CF${n}`, name: 'Room', status: 'init', createdAt: n * 1000, updatedAt: n * 1000 },
  ...{ endReason: null, endedBy: null },
  ...more,
})
const sids = (found: readonly ConferenceRecord[]) => found.map(({ sid }) => sid)

it('keeps conferences as they change, across a restart', async () => {
  const { conferences } = store
  conferences.put(conference(1))
  const over = conference(1, { status: 'completed', updatedAt: 5000, endReason: 'left', endedBy: 'CA1' })
  conferences.put(over)
  conferences.put(conference(2, { status: 'in-progress' }))
  await store.close()
  store = await open()
  expect(await store.conferences.search({ sid: 'CF1', limit: 1 })).toEqual([over])
  await store.settleInterrupted()
  expect(await store.conferences.search({ status: 'completed', limit: 9 })).toEqual([
    conference(2, { status: 'completed' }),
    over,
  ])
})

it('finds them by name, status and time, newest first', async () => {
  for (let n = 1; n <= 4; n++) store.conferences.put(conference(n, { name: n % 2 ? 'Odd' : 'Even' }))
  store.conferences.put(conference(4, { name: 'Even', status: 'in-progress', updatedAt: 9000 }))
  const search = async (what: object) => sids(await store.conferences.search({ limit: 9, ...what }))
  expect(await search({ limit: 2, offset: 1 })).toEqual(['CF3', 'CF2'])
  expect(await search({ name: 'Odd' })).toEqual(['CF3', 'CF1'])
  expect(await search({ status: 'in-progress' })).toEqual(['CF4'])
  expect(await search({ createdFrom: 2000, createdBefore: 4000 })).toEqual(['CF3', 'CF2'])
  expect(await search({ updatedFrom: 8999, updatedBefore: 9001 })).toEqual(['CF4'])
})

it('forgets those that were over before calls are forgotten', async () => {
  store.conferences.put(conference(1, { status: 'completed' }))
  store.conferences.put(conference(2))
  store.conferences.put(conference(5, { status: 'completed' }))
  await store.expire({ callsFrom: 4000 })
  expect(sids(await store.conferences.search({ limit: 9 }))).toEqual(['CF5', 'CF2'])
})

it("keeps a call's figures in order, until the call is forgotten", async () => {
  store.callMeasured('CA1', 20, { mos: 4 })
  store.callMeasured('CA1', 10, { mos: 3 })
  store.callMeasured('CA2', 10, { mos: 2 })
  expect(await store.getMetrics('CA1')).toEqual([
    { at: 10, quality: { mos: 3 } },
    { at: 20, quality: { mos: 4 } },
  ])
  await store.deleteCall('CA1')
  expect(await store.getMetrics('CA1')).toEqual([])
  expect(await store.getMetrics('CA2')).toHaveLength(1)
})
