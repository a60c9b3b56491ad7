import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createTcp } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { type AppSocketListener, dialApp, dialAppThrough } from '../../src/session/app-socket.js'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function server(): Promise<{ app: WebSocketServer; url: string }> {
  const app = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(app, 'listening')
  closing.push(() => {
    for (const client of app.clients) client.terminate()
    app.close()
  })
  return { app, url: `ws://127.0.0.1:${(app.address() as { port: number }).port}/ws?key=1` }
}

function dial(url: string, options: Partial<Parameters<typeof dialApp>[0]> = {}, dialler = dialApp) {
  const heard: string[] = []
  let wake = () => {}
  const tell = (what: string) => {
    heard.push(what)
    wake()
  }
  const listener: AppSocketListener = {
    opened: () => tell('opened'),
    message: (data, isBinary) => tell(`message ${isBinary ? 'binary' : data.toString()}`),
    roundTrip: () => tell('round trip'),
    closed: (code, reason) => tell(`closed ${code}${reason && ` ${reason}`}`),
    failed: (detail) => tell(`failed ${detail}`),
  }
  const socket = dialler(
    { url, connectTimeoutMs: 500, pingIntervalMs: 0, maxMessageBytes: 1_000, ...options },
    listener,
  )
  closing.push(() => socket.close({ code: 1000, reason: '' }))
  const hears = async (pattern: RegExp) => {
    while (!heard.some((what) => pattern.test(what))) await new Promise<void>((resolve) => (wake = resolve))
    return heard
  }
  return { socket, heard, hears }
}

describe("the app's socket", () => {
  it('signs the literal URL when a token is configured', async () => {
    const { app, url } = await server()
    const { hears } = dial(url, { authToken: 'secret' })
    const [, request] = await once(app, 'connection')
    await hears(/opened/)
    const signature = createHmac('sha1', 'secret').update(url).digest('base64')
    expect(request.headers['x-twilio-signature']).toBe(signature)
    expect(request.headers['sec-websocket-extensions']).toBeUndefined()
  })

  it('reaches a mapped host without TLS, signed and named as the app knows it', async () => {
    const { app, url } = await server()
    const known = 'wss://app.example.com/ws?key=1'
    const hosts = { 'app.example.com': new URL(url).host }
    const { hears } = dial(known, { authToken: 'secret' }, dialAppThrough(hosts))
    const [, request] = await once(app, 'connection')
    await hears(/opened/)
    expect(request.headers.host).toBe('app.example.com')
    expect(request.url).toBe('/ws?key=1')
    const signature = createHmac('sha1', 'secret').update(known).digest('base64')
    expect(request.headers['x-twilio-signature']).toBe(signature)
  })

  it('carries text both ways and tells binary from text', async () => {
    const { app, url } = await server()
    const { socket, hears } = dial(url)
    const [peer] = await once(app, 'connection')
    await hears(/opened/)
    socket.send('{"type":"setup"}')
    const [data] = await once(peer, 'message')
    expect(data.toString()).toBe('{"type":"setup"}')
    peer.send('{"type":"end"}')
    peer.send(Buffer.from([1, 2]))
    expect(await hears(/binary/)).toContain('message {"type":"end"}')
  })

  it('answers pings and measures the round trip of its own', async () => {
    const { app, url } = await server()
    const { hears } = dial(url, { pingIntervalMs: 1_000 })
    const [peer] = await once(app, 'connection')
    peer.ping('hi')
    const [pong] = await once(peer, 'pong')
    expect(pong.toString()).toBe('hi')
    await hears(/round trip/)
  })

  it('loses a peer that answers no pings', async () => {
    const { app, url } = await server()
    app.on('connection', (peer) =>
      (
        peer as unknown as { _receiver: { removeAllListeners(e: string): void } }
      )._receiver.removeAllListeners('ping'),
    )
    const { hears } = dial(url, { pingIntervalMs: 30 })
    expect(await hears(/closed/)).toContain('closed 1006 two pings without an answer')
  })

  it('loses a peer whose message is larger than any may be, and says so', async () => {
    const { app, url } = await server()
    app.on('connection', (peer) => peer.send('x'.repeat(100_000)))
    const { hears } = dial(url, { maxMessageBytes: 50_000 })
    expect((await hears(/closed/)).at(-1)).toMatch(/^closed 1006 Max payload size exceeded/)
  })

  it('closes with code and reason, and reports nothing after it', async () => {
    const { app, url } = await server()
    const { socket, heard, hears } = dial(url)
    const [peer] = await once(app, 'connection')
    await hears(/opened/)
    socket.close({ code: 1007, reason: 'Too many' })
    const [code, reason] = await once(peer, 'close')
    expect([code, reason.toString()]).toEqual([1007, 'Too many'])
    expect(heard).toEqual(['opened'])
  })

  it('reports a dropped connection, a refused one, a wrong answer and a silent server', async () => {
    const { app, url } = await server()
    const dropped = dial(url)
    const [peer] = await once(app, 'connection')
    await dropped.hears(/opened/)
    peer.terminate()
    expect(await dropped.hears(/closed/)).toContain('closed 1006')

    expect((await dial('ws://127.0.0.1:1/').hears(/failed/))[0]).toMatch(/ECONNREFUSED/)

    const silent = createTcp(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    closing.push(() => silent.close())
    const { port } = silent.address() as { port: number }
    expect((await dial(`ws://127.0.0.1:${port}/`, { connectTimeoutMs: 100 }).hears(/failed/))[0]).toMatch(
      /timed out/,
    )

    const wrong = createTcp((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')).listen(0, '127.0.0.1')
    await once(wrong, 'listening')
    closing.push(() => wrong.close())
    const other = (wrong.address() as { port: number }).port
    expect((await dial(`ws://127.0.0.1:${other}/`).hears(/failed/))[0]).toMatch(/403/)

    expect((await dial('not a url').hears(/failed/))[0]).toMatch(/Invalid URL/)
  })
})
