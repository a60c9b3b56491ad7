import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { silentLog } from '../../../src/base/log.js'
import { FlowNews } from '../../../src/console/flows/flow-news.js'
import { flowRoutes } from '../../../src/console/flows/flow-routes.js'
import { LiveFeed } from '../../../src/console/live-feed.js'
import { Streams } from '../../../src/console/streams.js'
import { createServer, Metrics, type ParleyServer } from '../../../src/server/index.js'
import { type FlowExecution, Store } from '../../../src/store/index.js'
import type { ExecutionWatcher, FlowRevision } from '../../../src/studio/index.js'
import { newCall } from '../../store/samples.js'
import { flow, on, say, state } from '../../studio/support/flows.js'

const dir = mkdtempSync(join(tmpdir(), 'parley-flows-'))
const sid = `FW${'1'.repeat(32)}`
const greeting: FlowRevision = {
  ...{ sid, revision: 2, friendlyName: 'Greeting', status: 'published', commitMessage: null },
  definition: flow(
    'menu',
    state('menu', 'gather-input-on-call', {
      properties: { say: 'Press one.' },
      transitions: [on('keypress', 'bye'), on('timeout')],
    }),
    say('bye', 'Goodbye.'),
  ),
  ...{ errors: [], warnings: [], createdAt: 1, updatedAt: 2 },
}
const broken: FlowRevision = {
  ...{ ...greeting, revision: 1, status: 'draft', definition: { states: 7 } },
  errors: [{ path: '#/states', message: 'integer found, array expected' }],
}
const execution: FlowExecution & { readonly callSid: string } = {
  ...{ sid: `FN${'2'.repeat(32)}`, flowSid: sid, flowRevision: 2 },
  status: 'active',
  ...{ contactSid: 'FC1', contactChannelAddress: '+15550001111', initiatedBy: '+15550001111' },
  ...{ callSid: newCall(1).callSid, context: { flow: {} }, endReason: null, createdAt: 5, updatedAt: 5 },
}
const step = {
  ...{ sid: `FT${'3'.repeat(32)}`, executionSid: execution.sid, flowSid: sid, parentStepSid: null },
  ...{ sequence: 1, name: 'incomingCall', type: 'trigger', transitionedFrom: 'Trigger' },
  ...{ transitionedTo: 'menu', context: { trigger: { call: { From: 'me' } } }, createdAt: 6 },
} as const

let store: Store
let server: ParleyServer
let watcher: ExecutionWatcher
let url: string

beforeAll(async () => {
  store = await Store.open({ file: join(dir, 'parley.db') })
  server = createServer({
    ...{ host: '127.0.0.1', port: 0, version: '1', log: silentLog, records: store },
    metrics: new Metrics({ processMetrics: false }),
    readiness: () => ({ ready: true, state: 'ready', reason: '' }),
    asyncApi: () => ({}),
  })
  const { app, guard } = server
  const feed = new LiveFeed('run')
  const revisions = [greeting, broken]
  const flows = {
    shown: [greeting],
    revision: (of: string, revision = 2) =>
      revisions.find((one) => one.sid === of && one.revision === revision),
    numbersOf: () => ['1000'],
    position: () => 'menu',
    watch: () => {},
  }
  watcher = new FlowNews(feed, flows)
  const streams = new Streams(app)
  flowRoutes(
    { app, guard, store, feed, streams, clock: systemClock, dialable: () => [], version: '1' },
    flows,
  )
  url = (await server.listen()).url
  store.callStarted(newCall(1))
  store.flowRuns.began(execution)
  store.flowRuns.step(step)
})
afterAll(async () => {
  await server.close()
  await store.close()
  rmSync(dir, { recursive: true })
})

const get = async (path: string, headers: Record<string, string> = {}) =>
  server.app.inject({ url: path, headers: { host: '127.0.0.1', ...headers } })

describe('flows', () => {
  it('are listed with their numbers, and with who is in them', async () => {
    const { flows, cursor } = (await get('/api/flows')).json()
    expect(flows).toMatchObject([{ sid, friendlyName: 'Greeting', numbers: ['1000'], running: 1 }])
    expect(cursor).toBe('run-0')
  })

  it('are graphs, unless something is wrong with them', async () => {
    const { graph, flow: facts } = (await get(`/api/flows/${sid}`)).json()
    expect(facts.revision).toBe(2)
    expect(graph.nodes[0]).toEqual({ name: 'Trigger', type: 'trigger', initial: true })
    expect(graph.edges.at(-1)).toMatchObject({ from: 'menu', to: 'bye', key: '["menu","keypress","bye"]' })
    const old = (await get(`/api/flows/${sid}?revision=1`)).json()
    expect(old).toMatchObject({ graph: null, flow: { errors: ['#/states: integer found, array expected'] } })
    const none = await get(`/api/flows/${sid}?revision=9`)
    expect([none.statusCode, none.json().error.code]).toEqual([404, 'flow_not_found'])
    expect((await get(`/api/flows/${sid}?revision=x`)).statusCode).toBe(400)
  })

  it('are for the relay’s own pages alone', async () => {
    for (const path of ['/api/flows', '/api/flows/live', `/api/executions/${execution.sid}`])
      expect((await get(path, { origin: 'http://evil.example' })).statusCode).toBe(401)
  })
})

describe('an execution', () => {
  it('is found by its flow and by its call, and tells where it is', async () => {
    const facts = { sid: execution.sid, position: 'menu', flowName: 'Greeting' }
    const ofFlow = (await get(`/api/flows/${sid}/executions`)).json()
    expect(ofFlow).toMatchObject({ executions: [facts], more: false })
    expect(ofFlow.executions[0]).not.toHaveProperty('context')
    const ofCall = (await get(`/api/calls/${execution.callSid}/executions`)).json()
    expect(ofCall).toMatchObject({ executions: [facts] })
  })

  it('has its steps, and each step its variables', async () => {
    const path = `/api/executions/${execution.sid}`
    const { steps } = (await get(path)).json()
    expect(steps).toMatchObject([{ sid: step.sid, edge: '["Trigger","incomingCall","menu"]' }])
    expect((await get(`${path}/steps/${step.sid}/context`)).json()).toEqual(step.context)
    expect((await get(`${path}/steps/FT0/context`)).statusCode).toBe(404)
    expect((await get('/api/executions/FN0')).json().error.code).toBe('execution_not_found')
  })

  it('is news for who looks at its flow or its call', async () => {
    watcher.changed(execution, 'menu')
    watcher.stepped(step)
    const events = async (path: string, count: number) => {
      const stop = new AbortController()
      const reply = await fetch(`${url}${path}?after=run-0`, { signal: stop.signal })
      let read = ''
      for await (const piece of reply.body!) {
        read += Buffer.from(piece).toString()
        if (read.split('\ndata: ').length > count) break
      }
      stop.abort()
      return read
    }
    expect(await events(`/api/flows/${sid}/live`, 2)).toMatch(/event: execution.*event: step/s)
    expect(await events('/api/flows/live', 2)).toContain('"position":"menu"')
  })
})
