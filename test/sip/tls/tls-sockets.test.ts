import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createResponse } from '../../../src/sip/build.js'
import type { SipMessage } from '../../../src/sip/message.js'
import { type TlsSettings, TlsSockets } from '../../../src/sip/tls/tls-sockets.js'
import type { SipPeer } from '../../../src/sip/transport.js'
import { SipTransports } from '../../../src/sip/wire/transports.js'
import { incoming } from '../samples.js'
import { certificateFor, settings } from './certificates.js'

type Pair = Awaited<ReturnType<typeof certificateFor>>
let example: Pair
let other: Pair

beforeAll(async () => {
  example = await certificateFor([
    { type: 2, value: 'sip.example.com' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ])
  other = await certificateFor([{ type: 2, value: 'other.example.com' }], 'other')
})

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** A bound end, and what it received. */
async function bind(host: string, tlsSettings: TlsSettings) {
  const tls = new TlsSockets(tlsSettings)
  const received: { message: SipMessage; peer: SipPeer }[] = []
  let wake = (): void => {}
  const transports = new SipTransports({
    listen: [{ transport: 'tls', host, port: 0 }],
    tls,
    onMessage: (message, peer) => {
      received.push({ message, peer })
      wake()
    },
  })
  await transports.start()
  open.push(() => transports.close())
  const { port } = transports.addresses[0]!
  return {
    tls,
    transports,
    received,
    port,
    peer: (domain?: string): SipPeer => ({
      transport: 'tls',
      address: host,
      port,
      ...(domain !== undefined && { domain }),
    }),
    async messages(count: number): Promise<void> {
      while (received.length < count) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

type End = Awaited<ReturnType<typeof bind>>

function sending(from: End, peer: SipPeer): Promise<Error> {
  return new Promise((resolve) => from.transports.send(incoming('OPTIONS'), peer, resolve))
}

describe.each(['127.0.0.1', '::1'])('SIP over TLS on %s', (host) => {
  it('carries messages both ways on one connection, whoever opened it', async () => {
    const server = await bind(host, settings(example))
    const client = await bind(host, settings(other, { ca: example.cert }))
    const peer = server.peer('sip.example.com')
    client.transports.send(incoming('OPTIONS'), peer)
    client.transports.send(incoming('INFO'), peer)
    await server.messages(2)
    expect(server.received.map(({ message }) => message.kind === 'request' && message.method)).toEqual([
      'OPTIONS',
      'INFO',
    ])
    const [first, second] = server.received
    expect(first!.peer).toMatchObject({ transport: 'tls', address: host })
    expect(second!.peer.connection).toBe(first!.peer.connection)
    if (first!.message.kind !== 'request') throw new Error('Not a request')
    server.transports.send(createResponse(first!.message, 200), first!.peer)
    server.transports.send(incoming('BYE'), first!.peer)
    await client.messages(2)
    expect(client.received[0]!.message).toMatchObject({ kind: 'response', status: 200 })
    expect(client.received[1]!.peer).toMatchObject({ ...peer, connection: expect.any(String) })
    expect(client.transports.localAddress(peer)).toEqual({ host, port: client.port })
  })

  it('the address itself is what a certificate must be for where there is no domain', async () => {
    const server = await bind(host, settings(example))
    const client = await bind(host, settings(other, { ca: example.cert }))
    client.transports.send(incoming('OPTIONS'), server.peer())
    await server.messages(1)
  })
})

describe('who is trusted', () => {
  const host = '127.0.0.1'

  it('nobody whose certificate no authority vouches for', async () => {
    const server = await bind(host, settings(example))
    const client = await bind(host, settings(other))
    expect((await sending(client, server.peer('sip.example.com'))).message).toMatch(/self.signed/)
    expect(server.received).toEqual([])
  })

  it('nobody whose certificate is for another domain, also where a connection to it is open', async () => {
    const server = await bind(host, settings(example))
    const client = await bind(host, settings(other, { ca: example.cert }))
    client.transports.send(incoming('OPTIONS'), server.peer('sip.example.com'))
    await server.messages(1)
    const error = await sending(client, server.peer('bank.example.com'))
    expect(error.message).toMatch(/does not match certificate's altnames/)
    expect(server.received).toHaveLength(1)
  })

  it('everybody where `verify` is off', async () => {
    const server = await bind(host, settings(example))
    const client = await bind(host, settings(other, { verify: false }))
    client.transports.send(incoming('OPTIONS'), server.peer('bank.example.com'))
    await server.messages(1)
  })

  it('a version that is too old is refused', async () => {
    const server = await bind(host, settings(example, { minVersion: 'TLSv1.3' }))
    const old = connectTls({ host, port: server.port, maxVersion: 'TLSv1.2', rejectUnauthorized: false })
    const [error] = (await once(old, 'error')) as [Error]
    expect(error.message).toMatch(/protocol version/)
  })
})

describe('a TLS listener', () => {
  const host = '127.0.0.1'

  async function plain(port: number): Promise<Socket> {
    const socket = connect(port, host)
    socket.on('error', () => {})
    open.push(() => socket.destroy())
    await once(socket, 'connect')
    return socket
  }

  it('survives who speaks no TLS, and who hangs up in the middle of it', async () => {
    const server = await bind(host, settings(example))
    const shouting = await plain(server.port)
    shouting.resume()
    shouting.write('OPTIONS sip:a SIP/2.0\r\n\r\n')
    await once(shouting, 'close')
    const leaving = await plain(server.port)
    leaving.write(Buffer.from([0x16, 0x03, 0x01]))
    leaving.destroy()
    const client = await bind(host, settings(other, { ca: example.cert }))
    client.transports.send(incoming('OPTIONS'), server.peer('sip.example.com'))
    await server.messages(1)
  })

  it('closes at once although somebody has not finished the handshake', async () => {
    const server = await bind(host, settings(example))
    const silent = await plain(server.port)
    const gone = once(silent, 'close')
    silent.resume()
    await new Promise((resolve) => setImmediate(resolve))
    await server.transports.close()
    await gone
  })

  it('shows a new certificate to those who come after it', async () => {
    const server = await bind(host, settings(example))
    const client = await bind(host, settings(other, { ca: `${example.cert}\n${other.cert}` }))
    client.transports.send(incoming('OPTIONS'), server.peer('sip.example.com'))
    await server.messages(1)
    server.tls.update(settings(other))
    client.transports.send(incoming('OPTIONS'), server.peer('other.example.com'))
    client.transports.send(incoming('INFO'), server.peer('sip.example.com'))
    await server.messages(3)
  })

  it('is not made of a certificate and a key that do not belong together', async () => {
    expect(() => new TlsSockets(settings({ cert: example.cert, key: other.key }))).toThrow(/mismatch/)
    const server = await bind(host, settings(example))
    expect(() => server.tls.update(settings({ cert: 'nonsense', key: 'nonsense' }))).toThrow()
    const client = await bind(host, settings(other, { ca: example.cert }))
    client.transports.send(incoming('OPTIONS'), server.peer('sip.example.com'))
    await server.messages(1)
  })
})
