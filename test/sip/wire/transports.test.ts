import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ParleyError } from '../../../src/base/errors.js'
import { createResponse } from '../../../src/sip/build.js'
import type { SipMessage } from '../../../src/sip/message.js'
import type { SipParseError } from '../../../src/sip/parse-error.js'
import { parseMessage } from '../../../src/sip/parse-message.js'
import { serializeMessage } from '../../../src/sip/serialize.js'
import type { SipPeer } from '../../../src/sip/transport.js'
import { parseVia } from '../../../src/sip/via.js'
import { SipTransports, type SipTransportsOptions } from '../../../src/sip/wire/transports.js'
import { incoming } from '../samples.js'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Real transports on free ports, and what they received. */
class Bound {
  readonly received: { message: SipMessage; peer: SipPeer }[] = []
  readonly malformed: { error: SipParseError; peer: SipPeer }[] = []
  readonly transports: SipTransports
  private waiting: (() => void)[] = []

  constructor(hosts: readonly string[], options: Partial<SipTransportsOptions> = {}) {
    this.transports = new SipTransports({
      listen: hosts.flatMap((host) => [
        { transport: 'udp' as const, host, port: 0 },
        { transport: 'tcp' as const, host, port: 0 },
      ]),
      onMessage: (message, peer) => {
        this.received.push({ message, peer })
        this.wake()
      },
      onMalformed: (error, peer) => {
        this.malformed.push({ error, peer })
        this.wake()
      },
      ...options,
    })
    cleanups.push(() => this.transports.close())
  }

  static async on(hosts: readonly string[], options: Partial<SipTransportsOptions> = {}): Promise<Bound> {
    const bound = new Bound(hosts, options)
    await bound.transports.start()
    return bound
  }

  port(transport: 'udp' | 'tcp', host: string): number {
    const address = this.transports.addresses.find((a) => a.transport === transport && a.host === host)
    if (!address) throw new Error('Not bound')
    return address.port
  }

  /** Resolves when `count` messages have come. */
  async messages(count: number): Promise<void> {
    while (this.received.length + this.malformed.length < count)
      await new Promise<void>((go) => this.waiting.push(go))
  }

  private wake(): void {
    for (const go of this.waiting.splice(0)) go()
  }
}

async function udpPhone(
  host: string,
): Promise<{ socket: UdpSocket; port: number; next(): Promise<SipMessage> }> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  cleanups.push(() => socket.close())
  const packets: Buffer[] = []
  socket.on('message', (bytes) => packets.push(bytes))
  await new Promise<void>((resolve) => socket.bind(0, host, resolve))
  const next = async () => {
    if (packets.length === 0) await once(socket, 'message')
    return parseMessage(packets.shift()!)
  }
  return { socket, port: socket.address().port, next }
}

async function tcpPhone(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port })
  socket.on('error', () => {})
  cleanups.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

async function text(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString()
}

function optionsFrom(via: string, body = ''): Buffer {
  return serializeMessage({ ...incoming('OPTIONS', { Via: via }), body: Buffer.from(body) })
}

describe.each(['127.0.0.1', '::1'])('UDP on %s', (host) => {
  const shown = host.includes(':') ? `[${host}]` : host

  it('writes where a request came from into its Via, and answers there', async () => {
    const bound = await Bound.on([host])
    const phone = await udpPhone(host)
    phone.socket.send(
      optionsFrom('SIP/2.0/UDP pc.example.com:1;rport;branch=z9hG4bKa'),
      bound.port('udp', host),
      host,
    )
    await bound.messages(1)
    const { message, peer } = bound.received[0]!
    expect(peer).toMatchObject({ transport: 'udp', address: host, port: phone.port })
    const via = parseVia(message.headers.get('Via')!)
    expect(via.params.get('received')).toBe(host)
    expect(via.params.get('rport')).toBe(String(phone.port))
    if (message.kind !== 'request') throw new Error('Not a request')
    bound.transports.send(createResponse(message, 200), peer)
    expect(await phone.next()).toMatchObject({ kind: 'response', status: 200 })
  })

  it('answers to the port of the Via when there is no rport (RFC 3261 §18.2.2)', async () => {
    const bound = await Bound.on([host])
    const sender = await udpPhone(host)
    const listener = await udpPhone(host)
    const via = `SIP/2.0/UDP ${shown}:${listener.port};branch=z9hG4bKa`
    sender.socket.send(optionsFrom(via), bound.port('udp', host), host)
    await bound.messages(1)
    const { message, peer } = bound.received[0]!
    expect(message.headers.get('Via')).toBe(via)
    if (message.kind !== 'request') throw new Error('Not a request')
    bound.transports.send(createResponse(message, 200), peer)
    expect(await listener.next()).toMatchObject({ status: 200 })
  })

  it('answers to the source where the Via names another address: a NAT is between', async () => {
    const bound = await Bound.on([host])
    const phone = await udpPhone(host)
    phone.socket.send(
      optionsFrom('SIP/2.0/UDP 192.168.7.7:5060;branch=z9hG4bKa'),
      bound.port('udp', host),
      host,
    )
    await bound.messages(1)
    const { message, peer } = bound.received[0]!
    if (message.kind !== 'request') throw new Error('Not a request')
    bound.transports.send(createResponse(message, 200), peer)
    expect(await phone.next()).toMatchObject({ status: 200 })
  })

  it('ignores keep-alives and STUN, reports what is not valid, and goes on', async () => {
    const bound = await Bound.on([host])
    const phone = await udpPhone(host)
    const stun = Buffer.from('000100002112a442000102030405060708090a0b', 'hex')
    const packets = [Buffer.from('\r\n\r\n'), Buffer.alloc(0), stun, Buffer.from([0xff, 0xfe])]
    const broken = Buffer.from(
      optionsFrom('SIP/2.0/UDP a;branch=z9hG4bKa').toString().replace('1 OPTIONS', 'x OPTIONS'),
    )
    for (const bytes of [
      ...packets,
      Buffer.from('hello\r\n\r\n'),
      broken,
      optionsFrom('SIP/2.0/UDP a;branch=z9hG4bKb'),
    ]) {
      phone.socket.send(bytes, bound.port('udp', host), host)
    }
    await bound.messages(3)
    expect(bound.malformed.map(({ error }) => error.request?.method)).toEqual([undefined, 'OPTIONS'])
    expect(bound.malformed[1]!.error.request!.headers.get('Via')).toContain(
      `received=${shown.replace(/[[\]]/g, '')}`,
    )
    expect(bound.received).toHaveLength(1)
  })
})

describe.each(['127.0.0.1', '::1'])('TCP on %s', (host) => {
  it('takes messages in pieces and several at once, and answers on their connection', async () => {
    const bound = await Bound.on([host])
    const phone = await tcpPhone(host, bound.port('tcp', host))
    const bytes = optionsFrom('SIP/2.0/TCP pc.example.com:1;branch=z9hG4bKa', 'body')
    phone.write(bytes.subarray(0, 50))
    await new Promise<void>((resolve) => phone.write(bytes.subarray(50), () => resolve()))
    phone.write(Buffer.concat([bytes, bytes]))
    await bound.messages(3)
    const { message, peer } = bound.received[2]!
    expect(peer).toMatchObject({ transport: 'tcp', address: host, port: phone.localPort })
    expect(message.body.toString()).toBe('body')
    if (message.kind !== 'request') throw new Error('Not a request')
    bound.transports.send(createResponse(message, 200), peer)
    expect(await text(phone)).toMatch(/^SIP\/2\.0 200 OK\r\n/)
    bound.transports.send(incoming('BYE'), peer)
    expect(await text(phone)).toMatch(/^BYE /)
    expect(bound.transports.isReliable(peer)).toBe(true)
  })

  it('answers a ping with a pong (RFC 5626)', async () => {
    const bound = await Bound.on([host])
    const phone = await tcpPhone(host, bound.port('tcp', host))
    phone.write('\r\n\r\n')
    expect(await text(phone)).toBe('\r\n')
  })

  it('opens a connection where there is none, and uses it again', async () => {
    const bound = await Bound.on([host])
    const sockets: Socket[] = []
    let heard = ''
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('data', (chunk) => {
        heard += chunk.toString()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, host, resolve))
    cleanups.push(() => server.close())
    const address = server.address()
    const peer: SipPeer = {
      transport: 'tcp',
      address: host,
      port: typeof address === 'object' ? address!.port : 0,
    }
    bound.transports.send(incoming('OPTIONS'), peer)
    bound.transports.send(incoming('INFO'), peer)
    while (!heard.includes('INFO ')) await new Promise((resolve) => setImmediate(resolve))
    expect(sockets).toHaveLength(1)
    sockets[0]!.write(serializeMessage({ ...createResponse(incoming('INFO'), 200) }))
    await bound.messages(1)
    expect(bound.received[0]!.peer).toMatchObject({ address: host, port: peer.port })
    sockets[0]!.destroy()
  })

  it('reports that nobody listens, or that the port cannot be', async () => {
    const bound = await Bound.on([host])
    const port = bound.port('udp', host) // nothing listens on it by TCP
    const failure = (target: number) =>
      new Promise<Error>((resolve) =>
        bound.transports.send(
          incoming('OPTIONS'),
          { transport: 'tcp', address: host, port: target },
          resolve,
        ),
      )
    expect(await failure(port)).toBeInstanceOf(Error)
    expect(await failure(70_000)).toBeInstanceOf(Error)
  })
})

describe('protection of TCP', () => {
  const host = '127.0.0.1'

  it('closes what cannot be framed, with an answer where there is one', async () => {
    const bound = await Bound.on([host])
    const phone = await tcpPhone(host, bound.port('tcp', host))
    const gone = once(phone, 'close')
    phone.write(
      optionsFrom('SIP/2.0/TCP a;branch=z9hG4bKa')
        .toString()
        .replace('Content-Length: 0', 'Content-Length: -1'),
    )
    phone.resume()
    await gone
    expect(bound.malformed[0]).toMatchObject({ error: { status: 400, request: { method: 'OPTIONS' } } })
  })

  it.each([
    ['headers', `OPTIONS sip:a SIP/2.0\r\nX: ${'x'.repeat(20_000)}`],
    [
      'a body',
      optionsFrom('SIP/2.0/TCP a;branch=z9hG4bKa')
        .toString()
        .replace('Content-Length: 0', 'Content-Length: 70000'),
    ],
  ])('closes a connection that sends %s beyond the limit', async (_, bytes) => {
    const bound = await Bound.on([host])
    const phone = await tcpPhone(host, bound.port('tcp', host))
    const gone = once(phone, 'close')
    phone.resume()
    phone.write(bytes)
    await gone
    expect(bound.malformed[0]!.error.status).toBe(513)
  })

  it('refuses connections beyond the limit', async () => {
    const bound = await Bound.on([host], { limits: { maxConnections: 1 } })
    const first = await tcpPhone(host, bound.port('tcp', host))
    first.write('\r\n\r\n')
    await text(first)
    const second = await tcpPhone(host, bound.port('tcp', host))
    second.resume()
    await once(second, 'close')
    first.write('\r\n\r\n')
    expect(await text(first)).toBe('\r\n')
  })

  it('cuts off who connects and says nothing, or stops in the middle of a message', async () => {
    const bound = await Bound.on([host], { limits: { messageTimeoutMs: 40 } })
    const silent = await tcpPhone(host, bound.port('tcp', host))
    silent.resume()
    await once(silent, 'close')
    const slow = await tcpPhone(host, bound.port('tcp', host))
    slow.resume()
    slow.write('OPTIONS sip:a')
    await once(slow, 'close')
  })

  it('cuts off who does not read', async () => {
    const bound = await Bound.on([host], { limits: { maxQueuedBytes: 1_500_000 } })
    const phone = await tcpPhone(host, bound.port('tcp', host))
    phone.pause()
    phone.write(optionsFrom('SIP/2.0/TCP a;branch=z9hG4bKa'))
    await bound.messages(1)
    const { peer } = bound.received[0]!
    const large = { ...incoming('OPTIONS'), body: Buffer.alloc(1_000_000) }
    const errors: string[] = []
    // The kernel takes a few of these before anything queues up.
    for (let i = 0; i < 60 && errors.length === 0; i++) {
      bound.transports.send(large, peer, (error) => errors.push(error.message))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(errors.join()).toMatch(/does not read/)
  })

  it('closes idle connections', async () => {
    const bound = await Bound.on([host], { limits: { idleTimeoutMs: 40 } })
    const phone = await tcpPhone(host, bound.port('tcp', host))
    phone.resume()
    phone.write('\r\n\r\n')
    await once(phone, 'close')
  })
})

describe('SipTransports', () => {
  it('names the address that is taken, and binds nothing then', async () => {
    const first = await Bound.on(['127.0.0.1'])
    const port = first.port('udp', '127.0.0.1')
    const free = { transport: 'tcp' as const, host: '127.0.0.1', port: 0 }
    const second = new SipTransports({
      listen: [free, { transport: 'udp', host: '127.0.0.1', port }],
      onMessage: () => {},
    })
    const error = await second.start().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ParleyError)
    expect(error).toMatchObject({ code: 'sip_listen_failed' })
    expect((error as Error).message).toContain(`UDP 127.0.0.1:${port}`)

    const tcpPort = first.port('tcp', '127.0.0.1')
    const third = new SipTransports({ listen: [{ ...free, port: tcpPort }], onMessage: () => {} })
    await expect(third.start()).rejects.toThrow(`TCP 127.0.0.1:${tcpPort}`)
  })

  it('answers from the socket that was asked, and chooses by family otherwise', async () => {
    const bound = await Bound.on(['127.0.0.1', '::1'])
    expect(bound.transports.localAddress({ transport: 'udp', address: '::1', port: 9 })).toEqual({
      host: '::1',
      port: bound.port('udp', '::1'),
    })
    const phone = await udpPhone('127.0.0.1')
    bound.transports.send(incoming('OPTIONS'), { transport: 'udp', address: '127.0.0.1', port: phone.port })
    expect(await phone.next()).toMatchObject({ method: 'OPTIONS' })
  })

  it('tells the public address to the outside only', async () => {
    const bound = await Bound.on(['127.0.0.1'], { publicAddress: { host: 'sip.example.com' } })
    const port = bound.port('udp', '127.0.0.1')
    expect(bound.transports.localAddress({ transport: 'udp', address: '203.0.113.5', port: 5060 })).toEqual({
      host: 'sip.example.com',
      port,
    })
    expect(bound.transports.localAddress({ transport: 'udp', address: '127.0.0.1', port: 5060 })).toEqual({
      host: '127.0.0.1',
      port,
    })
  })

  it('says the loopback address to loopback when bound to all', async () => {
    const bound = await Bound.on(['0.0.0.0'])
    expect(bound.transports.localAddress({ transport: 'udp', address: '127.0.0.1', port: 5060 }).host).toBe(
      '127.0.0.1',
    )
  })

  it('fails softly where nothing is bound that could send', async () => {
    const bound = await Bound.on(['127.0.0.1'])
    const error = await new Promise<Error>((resolve) =>
      bound.transports.send(
        incoming('OPTIONS'),
        { transport: 'tls', address: '127.0.0.1', port: 5061 },
        resolve,
      ),
    )
    expect(error.message).toContain('tls')
  })

  it('survives a fault above', async () => {
    let calls = 0
    const bound = await Bound.on(['127.0.0.1'], {
      onMessage: () => {
        calls++
        throw new Error('a fault above')
      },
    })
    const phone = await tcpPhone('127.0.0.1', bound.port('tcp', '127.0.0.1'))
    const bytes = optionsFrom('SIP/2.0/TCP a;branch=z9hG4bKa')
    phone.write(Buffer.concat([bytes, bytes, Buffer.from('\r\n\r\n')]))
    expect(await text(phone)).toBe('\r\n')
    expect(calls).toBe(2)
  })
})
