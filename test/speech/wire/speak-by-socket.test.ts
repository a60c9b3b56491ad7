import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Clock, systemClock } from '../../../src/base/clock.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import type { SpeakRequest } from '../../../src/speech/engine.js'
import { VendorError } from '../../../src/speech/vendor-error.js'
import { ConnectionPool } from '../../../src/speech/wire/connection-pool.js'
import { type Json, text } from '../../../src/speech/wire/json.js'
import { speakBySocket } from '../../../src/speech/wire/speak-by-socket.js'
import { audio, done, type TtsWire } from '../../../src/speech/wire/tts-wire.js'

/** A vendor that is told `{say, id}` and `{stop, id}`, and answers `{audio, id}`, `{end, id}` and `{error, id}`. */
function wire(url: string, changes: Partial<TtsWire> = {}): TtsWire {
  return {
    vendor: 'acme',
    most: 2,
    reuse: true,
    confirmsCancel: false,
    idleMs: 60_000,
    address: () => ({ url, headers: {} }),
    opening: () => [],
    contextOf: (message) => text(message, 'id') || undefined,
    utter: ({ text: words }, id) => ({
      format: { encoding: 'pcm', sampleRate: 8000 },
      start: () => [JSON.stringify({ say: words, id })],
      cancel: () => [JSON.stringify({ stop: true, id })],
      read: (message) => {
        if (Buffer.isBuffer(message)) return []
        if (text(message, 'error')) throw new VendorError('acme', 'server', text(message, 'error'))
        return message['end'] ? [done] : audio(text(message, 'audio'))
      },
    }),
    ...changes,
  }
}

let url: string
let connections: number
let received: Json[]
let answer: (message: Json, peer: WebSocket) => void
const server = createServer()
const pools: ConnectionPool[] = []

beforeEach(async () => {
  connections = 0
  received = []
  if (server.listening) return
  new WebSocketServer({ server }).on('connection', (peer) => {
    connections++
    peer.on('message', (data) => {
      const message = JSON.parse(data.toString())
      received.push(message)
      answer(message, peer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  for (const pool of pools.splice(0)) pool.close()
  server.unref()
})

function open(changes: Partial<TtsWire> = {}, clock: Clock = systemClock): ConnectionPool {
  const pool = new ConnectionPool(wire(url, changes), {
    clock,
    connectTimeoutMs: 2_000,
    secrets: ['very-secret'],
  })
  pools.push(pool)
  return pool
}

const request = (text: string): SpeakRequest => {
  return { text, ssml: false, language: 'en', voice: 'v', sampleRate: 8000, settings: {} }
}
/** As many loud samples as the text has letters, in base64. */
const sound = (text: unknown) =>
  Buffer.from(new Int16Array(String(text).length * 40).fill(9_000).buffer).toString('base64')
const says = (peer: WebSocket, ...messages: object[]) => {
  for (const message of messages) peer.send(JSON.stringify(message))
}

async function speak(
  pool: ConnectionPool,
  words: string,
  signal = new AbortController().signal,
): Promise<number> {
  let samples = 0
  for await (const { pcm } of speakBySocket(pool, request(words), signal)) samples += pcm.length
  return samples
}

it('speaks one after the other on one connection, and two at a time', async () => {
  answer = ({ say, id }, peer) => says(peer, { audio: sound(say), id }, { end: true, id })
  const pool = open()
  expect(await speak(pool, 'abc')).toBe(120)
  expect(await speak(pool, 'abcd')).toBe(160)
  expect(connections).toBe(1)
  expect(await Promise.all(['a', 'ab', 'abc'].map((words) => speak(pool, words)))).toEqual([40, 80, 120])
  expect(connections).toBe(2)
})

it('opens a connection ahead', async () => {
  const pool = open()
  pool.prepare(request(''))
  pool.prepare(request(''))
  await expect.poll(() => connections).toBe(1)
})

it('keeps one ready where a connection serves one utterance only', async () => {
  answer = ({ say, id }, peer) => says(peer, { audio: sound(say), id }, { end: true, id })
  const pool = open({ reuse: false, most: 1 })
  await speak(pool, 'a')
  await expect.poll(() => connections).toBe(2)
  await speak(pool, 'b')
  await expect.poll(() => connections).toBe(3)
})

it('tells the vendor to stop when it is aborted or left', async () => {
  answer = ({ say, id }, peer) => say && says(peer, { audio: sound('a'), id })
  const pool = open()
  const aborting = new AbortController()
  for await (const _ of speakBySocket(pool, request('one'), aborting.signal)) aborting.abort()
  for await (const _ of speakBySocket(pool, request('two'), new AbortController().signal)) break
  await expect.poll(() => received.filter(({ stop }) => stop)).toHaveLength(2)
  expect(connections).toBe(1)
})

it('passes over what comes late for an utterance that was stopped', async () => {
  answer = ({ say, id }, peer) => {
    if (say === 'one') says(peer, { audio: sound('a'), id })
    if (say === 'two')
      says(peer, { audio: sound('late'), id: 'parley-1' }, { audio: sound('ab'), id }, { end: true, id })
  }
  const pool = open()
  for await (const _ of speakBySocket(pool, request('one'), new AbortController().signal)) break
  expect(await speak(pool, 'two')).toBe(80)
})

it('fails the utterance that an error names, and no other', async () => {
  answer = ({ say, id }, peer) => {
    if (say === 'bad') says(peer, { error: 'no such voice', id })
    else setTimeout(() => says(peer, { audio: sound(say), id }, { end: true, id }), 30)
  }
  const pool = open()
  const [bad, good] = await Promise.allSettled([speak(pool, 'bad'), speak(pool, 'good')])
  expect(bad).toMatchObject({ reason: { message: 'acme: no such voice' } })
  expect(good).toMatchObject({ value: 160 })
})

it("keeps the key out of a vendor's words", async () => {
  answer = ({ id }, peer) => says(peer, { error: 'the key very-secret is wrong', id })
  const [told] = await Promise.allSettled([speak(open(), 'bad')])
  expect(told).toMatchObject({ reason: { message: 'acme: the key *** is wrong' } })
  expect((told as PromiseRejectedResult).reason.stack).not.toContain('very-secret')
})

it('replaces a kept connection that turns out to be dead', async () => {
  answer = ({ say, id }, peer) => {
    if (say === 'two' && connections === 1) peer.terminate()
    else says(peer, { audio: sound(say), id }, { end: true, id })
  }
  const pool = open()
  await speak(pool, 'one')
  expect(await speak(pool, 'two')).toBe(120)
  expect(connections).toBe(2)
})

it.each([
  [1008, 'Have not received a new text input within the timeout of 20 seconds.'],
  [1011, 'idle too long'],
])('replaces a kept connection that is closed with %i before a word is said', async (code, reason) => {
  answer = ({ say, id }, peer) => {
    if (say === 'two' && connections === 1) peer.close(code, reason)
    else says(peer, { audio: sound(say), id }, { end: true, id })
  }
  const pool = open()
  await speak(pool, 'one')
  expect(await speak(pool, 'two')).toBe(120)
  expect(connections).toBe(2)
})

it('counts what was stopped until the vendor says that it is over', async () => {
  const over: (() => void)[] = []
  answer = ({ say, stop, id }, peer) => {
    if (stop) over.push(() => says(peer, { end: true, id }))
    else says(peer, { audio: sound(say), id })
  }
  const pool = open()
  const stopped = async () => {
    for await (const _ of speakBySocket(pool, request('a'), new AbortController().signal)) break
  }
  await stopped()
  await stopped()
  await expect.poll(() => over).toHaveLength(2)
  expect(pool.take(request('b')).isUsed).toBe(false)
  expect(connections).toBeLessThanOrEqual(2)
  for (const end of over) end()
  await expect.poll(() => pool.take(request('b')).isUsed).toBe(true)
})

it('begins no more on a connection than the vendor lets it in a while', async () => {
  answer = ({ say, id }, peer) => says(peer, { audio: sound(say), id }, { end: true, id })
  const clock = new SimulatedClock(0)
  const pool = open({ pace: { most: 2, withinMs: 60_000 }, idleMs: 600_000 }, clock)
  for (let n = 0; n < 4; n++) expect(await speak(pool, 'a')).toBe(40)
  await expect.poll(() => connections).toBe(3)
  clock.advance(60_001)
  await speak(pool, 'a')
  expect(connections).toBe(3)
})

it('fails when a new connection is lost', async () => {
  answer = (_, peer) => peer.terminate()
  await expect(speak(open(), 'one')).rejects.toMatchObject({ fault: 'dropped' })
  expect(connections).toBe(1)
})

it('fails when a connection is lost in mid-utterance', async () => {
  answer = ({ id }, peer) => {
    says(peer, { audio: sound('a'), id })
    setTimeout(() => peer.terminate(), 20)
  }
  await expect(speak(open(), 'one')).rejects.toMatchObject({ fault: 'dropped' })
})

it('fails when the vendor never says that it is ready', async () => {
  const pool = new ConnectionPool(wire(url, { isReady: () => false }), {
    clock: systemClock,
    connectTimeoutMs: 100,
    secrets: ['very-secret'],
  })
  pools.push(pool)
  await expect(speak(pool, 'one')).rejects.toMatchObject({ fault: 'timeout' })
})
