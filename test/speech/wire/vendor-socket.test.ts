import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import type { VendorError } from '../../../src/speech/vendor-error.js'
import { type SocketMessage, VendorSocket } from '../../../src/speech/wire/vendor-socket.js'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Opens a socket and collects what happens on it. */
function open(url: string, options: { connectTimeoutMs?: number; secrets?: string[] } = {}) {
  const messages: SocketMessage[] = []
  const happened: { opened: () => void; closed: (error: VendorError) => void } = { opened() {}, closed() {} }
  const opened = new Promise<void>((resolve) => {
    happened.opened = resolve
  })
  const closed = new Promise<VendorError>((resolve) => {
    happened.closed = resolve
  })
  const socket = new VendorSocket(
    { vendor: 'acme', url, headers: { authorization: 'Token k3y' }, connectTimeoutMs: 2_000, ...options },
    {
      opened: () => happened.opened(),
      message: (data) => messages.push(data),
      closed: (e) => happened.closed(e),
    },
  )
  return { socket, messages, opened, closed }
}

it('sends text and binary, and hands on what comes', async () => {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (peer, request) => {
    peer.send(`hello ${request.headers.authorization}`)
    peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }))
  })
  const { socket, messages, opened } = open(await serve(server))
  await opened
  socket.send('text')
  socket.send(Buffer.from([1, 2, 3]))
  await expect.poll(() => messages.length).toBe(3)
  expect(messages).toEqual(['hello Token k3y', 'text', Buffer.from([1, 2, 3])])
  socket.close()
})

it.each([
  [1001, 'Your session hit the maximum duration of 60 minutes.', 'expired'],
  [3008, 'Session Expired: Maximum session duration exceeded', 'expired'],
  [1001, 'going away', 'dropped'],
  [1011, 'Internal error', 'server'],
])('takes %i "%s" for %s', async (code, reason, fault) => {
  const server = createServer()
  new WebSocketServer({ server }).on('connection', (peer) => peer.close(code, reason))
  const { closed } = open(await serve(server))
  expect(await closed).toMatchObject({ fault, message: expect.stringContaining(reason) })
})

it('tells status and body of a refused upgrade, without the key', async () => {
  const server = createServer()
  server.on('upgrade', (_, peer) => {
    const body = '{"err_msg":"Invalid credentials k3y"}'
    peer.end(`HTTP/1.1 401 Unauthorized\r\nretry-after: 7\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  })
  const url = await serve(server)
  const error = await open(`${url}/v1/listen?token=k3y`, { secrets: ['k3y'] }).closed
  expect(error).toMatchObject({ fault: 'credentials', status: 401, retryAfterMs: 7_000 })
  expect(error.message).toBe(`acme: ${url}/v1/listen answered 401: {"err_msg":"Invalid credentials ***"}`)
})

it('gives up a server that accepts and says nothing', async () => {
  const server = createServer()
  server.on('upgrade', () => {})
  const error = await open(await serve(server), { connectTimeoutMs: 50 }).closed
  expect(error.fault).toBe('timeout')
})

it('tells that nobody is there', async () => {
  const server = createServer()
  const url = await serve(server)
  await new Promise((resolve) => server.close(resolve))
  expect(await open(url).closed).toMatchObject({ fault: 'connect' })
})

it.each([
  [1008, 'credentials'],
  [1011, 'server'],
  [1011, 'request', '400: unknown speaker'],
  [1000, 'dropped'],
])('a socket closed with %i is %s', async (code, fault, reason = 'because') => {
  const server = createServer()
  new WebSocketServer({ server }).on('connection', (peer) => peer.close(code, reason))
  const error = await open(await serve(server)).closed
  expect(error).toMatchObject({ fault, message: `acme: the socket was closed with ${code} (${reason})` })
})

it.each([
  ['Have not received a new text input within the timeout of 20 seconds.', 'dropped'],
  ['We are sorry, something went wrong. You are not charged for this request.', 'server'],
  ['Maximum simultaneous contexts per WebSocket connection exceeded (5).', 'server'],
  ['This request exceeds your quota of 10000.', 'quota'],
  ['A voice with voice_id x does not exist.', 'request'],
  ['Invalid API key', 'credentials'],
  ['401 invalid subscription', 'credentials'],
])('a socket closed with 1008 for "%s" is %s', async (reason, fault) => {
  const server = createServer()
  new WebSocketServer({ server }).on('connection', (peer) => peer.close(1008, reason))
  expect(await open(await serve(server)).closed).toMatchObject({ fault })
})

it('tells a lost connection', async () => {
  const server = createServer()
  new WebSocketServer({ server }).on('connection', (peer) => peer.terminate())
  expect(await open(await serve(server)).closed).toMatchObject({
    fault: 'dropped',
    message: 'acme: the connection was lost',
  })
})

it('says nothing after close, also before it was open', async () => {
  const server = createServer()
  new WebSocketServer({ server })
  const { socket, closed } = open(await serve(server))
  socket.close()
  const nothing = new Promise((resolve) => setTimeout(resolve, 50, 'nothing'))
  expect(await Promise.race([closed, nothing])).toBe('nothing')
})
