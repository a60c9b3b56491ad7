import { beforeEach, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { VendorError } from '../../../src/speech/vendor-error.js'
import { SocketListening } from '../../../src/speech/wire/socket-listening.js'
import {
  endOfTurn,
  final,
  finalized,
  partial,
  ready,
  type SttDialogue,
} from '../../../src/speech/wire/stt-dialogue.js'
import type { SocketListener, SocketMessage } from '../../../src/speech/wire/vendor-socket.js'

/** A vendor whose messages are signals, as JSON. */
const words: SttDialogue = {
  url: 'ws://acme/',
  headers: {},
  format: { encoding: 'pcm', sampleRate: 8000 },
  packetMs: 40,
  waitsForReady: true,
  confirmsFinalize: true,
  keepAlive: { afterMs: 1_000, message: 'still here' },
  opening: () => ['start'],
  audio: (bytes) => bytes,
  finalize: () => ['finalize'],
  closing: () => ['bye'],
  read: (message) => JSON.parse(message.toString()),
}

let clock: SimulatedClock
let sent: SocketMessage[]
let buffered: number
let peer: SocketListener
let events: string[]

beforeEach(() => {
  clock = new SimulatedClock()
  sent = []
  events = []
  buffered = 0
})

function open(changes: Partial<SttDialogue> = {}, endpointing: 'engine' | 'relay' = 'engine') {
  const listening = new SocketListening(
    { ...words, ...changes },
    {
      vendor: 'acme',
      clock,
      sampleRate: 8000,
      endpointing,
      connectTimeoutMs: 3_000,
      secrets: ['very-secret'],
      dial: (_, listener) => {
        peer = listener
        return {
          send: (message) => sent.push(message),
          close: () => sent.push('closed'),
          get buffered() {
            return buffered
          },
        }
      },
    },
  )
  listening.on('partial', ({ text }) => events.push(`partial ${text}`))
  listening.on('final', ({ text }) => events.push(`final ${text}`))
  listening.on('endOfTurn', () => events.push('endOfTurn'))
  listening.on('error', (error) => events.push(error.message))
  return listening
}

const says = (text: string) => ({ text, language: 'en' })
const hear = (...signals: unknown[]) => peer.message(JSON.stringify(signals))
const frame = new Int16Array(160).fill(7)
const audio = () => sent.filter((message) => Buffer.isBuffer(message)).map((message) => message.length)

it('keeps audio until the vendor is ready, then sends packets', () => {
  const listening = open()
  for (let i = 0; i < 4; i++) listening.write(frame)
  peer.opened()
  expect(sent).toEqual(['start'])
  hear(ready)
  expect(audio()).toEqual([640, 640])
  listening.write(frame)
  expect(audio()).toHaveLength(2)
  listening.write(frame)
  expect(audio()).toEqual([640, 640, 640])
})

it('resamples to what the vendor takes', () => {
  const listening = open({
    format: { encoding: 'pcm', sampleRate: 16_000 },
    waitsForReady: false,
    packetMs: 20,
  })
  peer.opened()
  for (let i = 0; i < 10; i++) listening.write(frame)
  const total = audio().reduce((sum, length) => sum + length, 0)
  expect(total).toBeGreaterThan(640 * 8)
})

it('hands on a turn that the vendor ends', () => {
  open()
  peer.opened()
  hear(partial(says('hello')), partial(says('  ')))
  hear(final(says('hello there')), endOfTurn)
  expect(events).toEqual(['partial hello', 'final hello there', 'endOfTurn'])
})

it('answers finalize once, with all that came until the vendor had said all', () => {
  const listening = open()
  peer.opened()
  hear(ready)
  hear(partial(says('one two')))
  listening.write(frame)
  listening.finalize()
  expect(sent.slice(-2)).toEqual([Buffer.from(frame.buffer), 'finalize'])
  hear(final(says('one')), final(says('two')), finalized)
  expect(events).toEqual(['partial one two', 'final one two'])
})

it.each([
  ['what was guessed, when the vendor does not answer', [partial(says('one'))], 1_500, 'final one'],
  ['nothing, when there was nothing', [], 1_500, 'final '],
])('answers finalize with %s', (_, signals, ms, expected) => {
  const listening = open()
  peer.opened()
  hear(ready, ...signals)
  listening.finalize()
  clock.advance(ms - 1)
  expect(events).not.toContain(expected)
  clock.advance(1)
  expect(events.at(-1)).toBe(expected)
})

it('asks once the vendor is ready where it was not before', () => {
  const listening = open()
  listening.finalize()
  peer.opened()
  expect(sent).toEqual(['start'])
  hear(ready)
  expect(sent).toEqual(['start', 'finalize'])
})

it('holds settled pieces back as partial where the relay ends turns', () => {
  const listening = open({ finalize: () => [], confirmsFinalize: false }, 'relay')
  peer.opened()
  hear(ready, final(says('one')), partial(says('two')))
  expect(events).toEqual(['partial one', 'partial one two'])
  listening.finalize()
  hear(final(says('two')))
  expect(events.at(-1)).toBe('final one two')
  hear(final(says('three')), endOfTurn)
  listening.finalize()
  clock.advance(300)
  expect(events.slice(3)).toEqual(['partial three', 'final three'])
})

it('keeps the connection alive while nothing is sent', () => {
  const listening = open({ waitsForReady: false, packetMs: 20 })
  peer.opened()
  clock.advance(900)
  listening.write(frame)
  clock.advance(900)
  expect(sent).not.toContain('still here')
  clock.advance(200)
  expect(sent.at(-1)).toBe('still here')
})

it.each([
  ['the socket is lost', () => peer.closed(new VendorError('acme', 'dropped', 'lost'))],
  ['the vendor says so', () => hear({ type: 'failed', error: new VendorError('acme', 'server', 'oh') })],
  ['what comes cannot be read', () => peer.message('{')],
  ['the vendor never begins', () => clock.advance(3_000)],
])('fails once when %s', async (_, fail) => {
  const listening = open()
  peer.opened()
  fail()
  fail()
  await Promise.resolve()
  expect(events).toHaveLength(1)
  listening.write(frame)
  listening.finalize()
  clock.advance(10_000)
  hear(partial(says('late')))
  expect(events).toHaveLength(1)
})

it("keeps the key out of a vendor's words", async () => {
  open({
    read: () => {
      throw new VendorError('acme', 'credentials', 'the key very-secret is wrong')
    },
  })
  peer.opened()
  peer.message('{}')
  await Promise.resolve()
  expect(events).toEqual(['acme: the key *** is wrong'])
})

it('fails when the connection takes no more audio', async () => {
  const listening = open({ waitsForReady: false })
  peer.opened()
  buffered = 5_001 * 16
  for (let i = 0; i < 2; i++) listening.write(frame)
  await Promise.resolve()
  expect(events).toEqual(['acme: takes no more audio'])
})

it('says goodbye and nothing more', async () => {
  const listening = open()
  peer.opened()
  hear(ready)
  await listening.close()
  expect(sent).toEqual(['start', 'bye', 'closed'])
  hear(partial(says('late')))
  clock.advance(60_000)
  expect(events).toEqual([])
})
