import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ArchiveError, openArchive } from '../../console/src/model/archive.js'
import { createWavFile } from '../../src/audio/index.js'
import { systemClock } from '../../src/base/clock.js'
import { silentLog } from '../../src/base/log.js'
import { Console } from '../../src/console/index.js'
import { createServer, Metrics, type ParleyServer } from '../../src/server/index.js'
import type { AppSocketListener } from '../../src/session/app-socket.js'
import { Store } from '../../src/store/index.js'
import { newCall, newSession } from '../store/samples.js'

const dir = mkdtempSync(join(tmpdir(), 'parley-console-'))
const call = newCall(1, { recordingPath: join(dir, '1.wav'), sipCallId: 'a@phone' })
const { callSid } = call
const session = newSession(1)

let store: Store
let server: ParleyServer
let view: Console
let url: string
/** The app that talks by hand reach. */
let app: AppSocketListener
const sentToApp: string[] = []
let ids = 0

beforeAll(async () => {
  store = await Store.open({ file: join(dir, 'parley.db') })
  server = createServer({
    ...{ host: '127.0.0.1', port: 0, version: '1.2.3', log: silentLog, records: store },
    metrics: new Metrics({ processMetrics: false }),
    readiness: () => ({ ready: true, state: 'ready', reason: '' }),
    asyncApi: () => ({}),
  })
  view = new Console({
    ...{
      app: server.app,
      guard: server.guard,
      store,
      clock: systemClock,
      version: '1.2.3',
      dialable: () => [{ to: '1000', name: 'ws://127.0.0.1:9000/ws' }],
    },
    newId: () => String(++ids),
    built: {
      index: '<script nonce="NONCE"></script>',
      assets: new Map([
        [
          'main.js',
          {
            type: 'text/javascript',
            etag: '"1"',
            plain: Buffer.from('plain'),
            br: Buffer.from('br'),
            gzip: undefined,
          },
        ],
      ]),
    },
    talk: {
      dial: (_, listener) => {
        app = listener
        return { buffered: 0, send: (text) => sentToApp.push(text), close() {} }
      },
      limits: { connectTimeoutMs: 1000, frameBytes: 1000 },
      authToken: undefined,
      random: (bytes) => Buffer.alloc(bytes, ++ids),
      accounts: { sid: 'AC1', id: '1' },
    },
  })
  url = (await server.listen()).url
  const wav = await createWavFile(call.recordingPath!, { sampleRate: 8000, channels: 2 })
  wav.write(new Int16Array(8000).fill(8192), new Int16Array(8000))
  await wav.close()

  const tell = <Name extends 'callStarted' | 'callUpdated' | 'sessionStarted' | 'timeline'>(name: Name) =>
    ((...given: never[]) => {
      ;(store[name] as (...all: never[]) => void)(...given)
      ;(view.watcher[name] as (...all: never[]) => void)(...given)
    }) as Store[Name]
  const text = 'INVITE sip:1000 SIP/2.0'
  view.watcher.sip({ at: 1, direction: 'in', callId: 'a@phone', peer: 'udp 1', summary: 'INVITE', text })
  tell('callStarted')(call)
  tell('callUpdated')(callSid, { status: 'completed', answeredAt: 1000, endedAt: 9000 })
  tell('sessionStarted')(session)
  for (let n = 1; n <= 25; n++)
    tell('timeline')({
      sessionId: session.sessionId,
      sequenceNumber: n,
      at: n,
      name: 'dtmf',
      data: { digit: '1' },
    })
  store.callStarted(newCall(2, { direction: 'outbound' }))
})
afterAll(async () => {
  await server.close()
  await store.close()
  rmSync(dir, { recursive: true })
})

const get = async (path: string, headers: Record<string, string> = {}) =>
  server.app.inject({ url: path, headers: { host: '127.0.0.1', ...headers } })

/** Reads a stream of events until there are so many. */
async function eventsOf(path: string, count: number, headers = {}): Promise<string[]> {
  const stop = new AbortController()
  const reply = await fetch(`${url}${path}`, { signal: stop.signal, headers })
  let read = ''
  for await (const piece of reply.body!) {
    read += Buffer.from(piece).toString()
    if (read.split('\ndata: ').length > count) break
  }
  stop.abort()
  return read.split('\n\n').filter((event) => event.includes('data: '))
}

describe('the list', () => {
  it('is filtered and paged', async () => {
    const list = async (query: string) =>
      (await get(`/api/calls${query}`)).json().calls.map((one: { direction: string }) => one.direction)
    expect(await list('')).toEqual(['outbound', 'inbound'])
    expect(await list('?live=true')).toEqual(['outbound'])
    expect(await list('?direction=inbound&live=false')).toEqual(['inbound'])
    expect(await list('?troubled=true')).toEqual([])
    expect(await list(`?until=${call.startedAt + 1}`)).toEqual(['inbound'])
    const { next } = (await get('/api/calls?limit=1')).json()
    expect(await list(`?before=${next}`)).toEqual(['inbound'])
    expect((await get('/api/calls?limit=0')).statusCode).toBe(400)
  })

  it('is for the relay’s own pages alone', async () => {
    for (const path of ['/api/calls', '/api/live', `/api/calls/${callSid}/audio`, '/api/turns', '/api/node'])
      expect((await get(path, { origin: 'http://evil.example' })).statusCode).toBe(401)
  })
})

it('tells what can be dialled', async () => {
  const { dialable } = (await get('/api/node')).json()
  expect(dialable).toEqual([{ to: '1000', name: 'ws://127.0.0.1:9000/ws' }])
})

describe('a call', () => {
  it('is told with its sessions and its recording, its events in pages', async () => {
    const detail = (await get(`/api/calls/${callSid}`)).json()
    expect(detail).toMatchObject({ call: { callSid }, sessions: [{ sessionId: session.sessionId }] })
    expect(detail.recording).toMatchObject({ sampleRate: 8000, durationMs: 1000, startedAt: 1000 })
    const page = async (after: number) =>
      (await get(`/api/calls/${callSid}/events?session=${session.sessionId}&limit=10&after=${after}`)).json()
    expect((await page(0)).next).toBe(10)
    expect(await page(20)).toMatchObject({ events: { length: 5 }, next: null })
    expect((await get('/api/calls/CAff')).json().error.code).toBe('call_not_found')
  })

  it('has its SIP messages', async () => {
    const traces = (await get(`/api/calls/${callSid}/traces`)).json()
    expect(traces).toMatchObject({ sip: [{ summary: 'INVITE' }], webhooks: [], quality: [], requests: [] })
  })

  it('is heard and drawn', async () => {
    const part = await get(`/api/calls/${callSid}/audio`, { range: 'bytes=0-3' })
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
      206,
      'RIFF',
      'bytes 0-3/32044',
    ])
    expect((await get(`/api/calls/${callSid}/audio`, { range: 'bytes=99999-' })).statusCode).toBe(416)
    expect((await get(`/api/calls/${callSid}/audio`)).rawPayload).toHaveLength(32_044)
    // One that grows is played up to a moment.
    const beginning = await get(`/api/calls/${callSid}/audio?until=250`, { range: 'bytes=0-' })
    expect(beginning.headers['content-range']).toBe('bytes 0-8043/8044')
    expect((await get(`/api/calls/${callSid}/audio?until=x`)).statusCode).toBe(400)
    const peaks = (await get(`/api/calls/${callSid}/peaks`)).json()
    expect(peaks).toMatchObject({
      perSecond: 20,
      caller: new Array(20).fill(25),
      agent: new Array(20).fill(0),
    })
    const none = await get(`/api/calls/${newCall(2).callSid}/peaks`)
    expect([none.statusCode, none.json().error.code]).toEqual([404, 'recording_missing'])
  })

  it('is one file, which the console opens', async () => {
    const reply = await get(`/api/calls/${callSid}/download`)
    expect(reply.headers['content-length']).toBe(String(reply.rawPayload.length))
    const opened = await openArchive(new Blob([reply.rawPayload]))
    expect(opened).toMatchObject({
      call: { callSid },
      events: { length: 25 },
      traces: { sip: { length: 1 } },
    })
    expect(opened.audio?.size).toBe(32_044)
    expect(opened.peaks?.caller).toHaveLength(20)
    const cut = new Blob([reply.rawPayload.subarray(0, 5000)])
    await expect(openArchive(cut)).rejects.toThrow(new ArchiveError('damaged'))
    await expect(openArchive(new Blob(['x'.repeat(2000)]))).rejects.toThrow(new ArchiveError('foreign'))
  })
})

describe('news', () => {
  it('go on where a reader was, told by the page first and by the browser later', async () => {
    const { cursor } = (await get(`/api/calls/${callSid}`)).json()
    view.watcher.callUpdated(callSid, { codec: 'opus' })
    const [first] = await eventsOf(`/api/calls/${callSid}/live?after=${cursor}`, 1)
    expect(first).toContain('event: call\ndata: {"callSid"')
    const id = /id: (\S+)/.exec(first!)![1]!
    view.watcher.callMeasured(callSid, 5, {} as never)
    const [second] = await eventsOf(`/api/calls/${callSid}/live?after=${cursor}`, 1, { 'last-event-id': id })
    expect(second).toContain('event: quality')
  })

  it('tell a reader who was away too long to begin anew', async () => {
    const [event] = await eventsOf('/api/live?after=other-1', 1)
    expect(event).toMatch(/^(retry: 1000\n\n)?id: \S+\nevent: reset/)
  })
})

describe('a talk by hand', () => {
  it('says setup by itself and everything else when told, and shows what comes', async () => {
    const send = (path: string, payload?: object, method: 'POST' | 'DELETE' = 'POST') =>
      server.app.inject({ method, url: path, headers: { host: '127.0.0.1' }, ...(payload && { payload }) })
    const started = await send('/api/talks', { url: 'ws://127.0.0.1:9/ws', dialect: 'telnyx' })
    expect(started.statusCode).toBe(201)
    const talk = `/api/talks/${started.json().id}`
    app.opened()
    app.message(Buffer.from('{"type":"text","token":"Yes.","last":true}'), false)
    app.message(Buffer.from('{"type":"what"}'), false)
    expect((await send(`${talk}/frames`, { type: 'prompt', text: 'hello' })).statusCode).toBe(204)
    expect((await send(`${talk}/frames`, { type: 'raw', text: 'no JSON' })).statusCode).toBe(204)
    expect((await send(`${talk}/frames`, { type: 'dtmf', digit: 'x' })).statusCode).toBe(400)
    expect(sentToApp.map((text) => text.slice(0, 17))).toEqual([
      '{"type":"setup","',
      '{"type":"prompt",',
      'no JSON',
    ])
    const entries = await eventsOf(`${talk}/live`, 6)
    expect(entries.map((entry) => /"kind":"(\w+)"/.exec(entry)?.[1])).toEqual([
      'opened',
      'sent',
      'received',
      'received',
      'sent',
      'sent',
    ])
    expect(entries[3]).toContain('"problem"')
    expect((await send(talk, undefined, 'DELETE')).statusCode).toBe(204)
    expect((await send(`${talk}/frames`, { type: 'raw', text: '' })).json().error.code).toBe(
      'app_talk_missing',
    )
    expect((await send('/api/talks', { url: 'http://127.0.0.1' })).statusCode).toBe(400)
  })
})

describe('the pages’ files', () => {
  it('are kept for ever, and sent compressed to who takes that', async () => {
    const file = await get('/assets/main.js', { 'accept-encoding': 'gzip, br' })
    expect([file.body, file.headers['content-encoding']]).toEqual(['br', 'br'])
    expect(file.headers['cache-control']).toContain('immutable')
    expect((await get('/assets/main.js', { 'accept-encoding': 'gzip' })).body).toBe('plain')
    expect((await get('/assets/main.js', { 'if-none-match': '"1"' })).statusCode).toBe(304)
    expect((await get('/assets/..%2Fsecret')).statusCode).toBe(404)
  })
})
