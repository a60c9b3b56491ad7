import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { dialApp } from '../../../src/session/index.js'
import { type Phone, PlaneRig, through } from '../support/plane-rig.js'
import { wish } from './support.js'

let server: WebSocketServer
let url: string
let rig: PlaneRig
let phone: Phone

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/stream`
  rig = await PlaneRig.start()
  rig.dial = dialApp
  phone = await rig.call('a')
})

afterEach(async () => {
  await rig.plane.close()
  for (const client of server.clients) client.terminate()
  server.close()
})

/** Lets call time pass until it is so. */
const until = (holds: () => boolean) =>
  expect
    .poll(async () => {
      await rig.run(20)
      return holds()
    })
    .toBe(true)

interface Frame {
  readonly event: string
  readonly streamSid?: string
  readonly media?: { readonly payload: string }
  readonly mark?: { readonly name: string }
}

it('an app that echoes over a real socket is heard, marks its echo and clears it', async () => {
  const frames: Frame[] = []
  let socket!: WebSocket
  let upgrade!: IncomingMessage
  server.on('connection', (connection, request) => {
    socket = connection
    upgrade = request
    connection.on('message', (data) => {
      const frame: Frame = JSON.parse(data.toString())
      frames.push(frame)
      const { streamSid, media } = frame
      if (!media) return
      connection.send(JSON.stringify({ event: 'media', streamSid, media: { payload: media.payload } }))
    })
  })
  const bidirectional = { mode: 'rtp', codec: 'PCMU', sampleRate: 8000, target: 'self' } as const
  const facts = { accountSid: 'AC1', callSid: 'CA1' }
  rig.send({
    type: 'stream',
    leg: 'a',
    id: 'MZ1',
    wish: wish({ url, dialect: 'twilio', bidirectional, facts }),
  })
  await until(() => rig.told('streaming').length === 1)

  const signature = createHmac('sha1', 'token').update(url).digest('base64')
  expect(upgrade.url).toBe('/stream')
  expect(upgrade.headers['x-twilio-signature']).toBe(signature)

  phone.say = new Int16Array(160).fill(4000)
  await until(() => phone.heard.includes(through('PCMU', 4000)))
  phone.say = new Int16Array(0)
  await until(() => phone.heard.at(-1) === 0)
  socket.send(JSON.stringify({ event: 'mark', streamSid: 'MZ1', mark: { name: 'over' } }))
  await until(() => frames.some(({ mark }) => mark?.name === 'over'))
  socket.send(JSON.stringify({ event: 'clear', streamSid: 'MZ1' }))

  socket.close(1000, 'done')
  await until(() => rig.told('streamed').length === 1)
  expect(rig.told('streamed')).toEqual(['streamed a MZ1 app-closed 1000 done'])
  expect(frames.slice(0, 3).map(({ event }) => event)).toEqual(['connected', 'start', 'media'])
})

it('a stream that is stopped sends its last frame and closes the socket', async () => {
  const events: string[] = []
  let authorization: string | undefined
  let closed: number | undefined
  server.on('connection', (socket, request) => {
    authorization = request.headers.authorization
    socket.on('message', (data) => events.push(JSON.parse(data.toString()).event))
    socket.on('close', (code) => {
      closed = code
    })
  })
  rig.send({ type: 'stream', leg: 'a', id: 's', wish: wish({ url, authToken: 'secret' }) })
  await until(() => events.includes('media'))
  rig.send({ type: 'stop-stream', leg: 'a', id: 's' })
  await until(() => closed !== undefined)
  expect(authorization).toBe('Bearer secret')
  expect(events.at(-1)).toBe('stop')
  expect(closed).toBe(1000)
})

it('a server that is not there, or is no WebSocket server, fails the stream', async () => {
  rig.send({ type: 'stream', leg: 'a', id: 's', wish: wish({ url: 'ws://127.0.0.1:1/' }) })
  rig.send({ type: 'stream', leg: 'a', id: 't', wish: wish({ url: 'nonsense' }) })
  await until(() => rig.told('streamed').length === 2)
  expect(rig.told('streamed').sort()).toEqual([
    expect.stringContaining('streamed a s connect-failed'),
    expect.stringContaining('streamed a t connect-failed'),
  ])
})
