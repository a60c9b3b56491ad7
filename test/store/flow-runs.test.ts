import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FlowExecution, type FlowStep, Store } from '../../src/store/index.js'

let folder: string
let store: Store

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-flows-'))
  store = await Store.open({ file: join(folder, 'parley.db') })
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

const execution = (n: number, more: Partial<FlowExecution> = {}): FlowExecution => ({
  ...{ sid: `FN${n}`, flowSid: 'FW1', flowRevision: 1, contactSid: 'FC1', contactChannelAddress: '+1555' },
  ...{ status: 'active', initiatedBy: 'api', callSid: null, context: { widgets: {} }, endReason: null },
  ...{ createdAt: n * 1000, updatedAt: n * 1000 },
  ...more,
})
const step = (n: number, executionSid: string): FlowStep => ({
  ...{ sid: `FT${executionSid}${n}`, executionSid, flowSid: 'FW1', parentStepSid: null, sequence: n },
  ...{ name: 'next', type: 'set-variables', transitionedFrom: 'a', transitionedTo: 'b' },
  ...{ context: { widgets: { a: { n } } }, createdAt: 1 },
})
const sids = async (filter: Partial<Parameters<typeof store.flowRuns.list>[0]>) =>
  (await store.flowRuns.list({ limit: 10, ...filter })).map(({ sid }) => sid)

it('keeps executions as they change, newest first, and their steps in order', async () => {
  const { flowRuns } = store
  for (const n of [1, 2, 3]) flowRuns.began(execution(n, n === 3 ? { flowSid: 'FW2' } : {}))
  const end = { status: 'ended', endReason: 'over', callSid: 'CA1', context: { a: 1 }, updatedAt: 9 } as const
  flowRuns.changed('FN1', end)
  for (const n of [2, 1, 3]) flowRuns.step(step(n, 'FN1'))
  expect(await sids({})).toEqual(['FN3', 'FN2', 'FN1'])
  expect(await sids({ flowSid: 'FW1', limit: 1, offset: 1 })).toEqual(['FN1'])
  expect(await sids({ status: 'active' })).toEqual(['FN3', 'FN2'])
  expect(await sids({ createdFrom: 2000, createdTo: 2000 })).toEqual(['FN2'])
  expect(await flowRuns.list({ sid: 'FN1', limit: 1 })).toEqual([execution(1, end)])
  expect(await flowRuns.steps('FN1')).toEqual([step(1, 'FN1'), step(2, 'FN1'), step(3, 'FN1')])
  await flowRuns.delete('FN1')
  expect([await sids({ sid: 'FN1' }), await flowRuns.steps('FN1')]).toEqual([[], []])
})

it('forgets executions that ended long ago, with their steps', async () => {
  const { flowRuns } = store
  flowRuns.began(execution(1, { status: 'ended' }))
  flowRuns.began(execution(2))
  flowRuns.began(execution(3, { status: 'ended' }))
  flowRuns.step(step(1, 'FN1'))
  await store.expire({ callsFrom: 2500 })
  expect(await sids({})).toEqual(['FN3', 'FN2'])
  expect(await flowRuns.steps('FN1')).toEqual([])
})
