import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { createRequest } from '../../../src/sip/build.js'
import type { IncomingCall } from '../../../src/sip/edge.js'
import type { SipMessage, SipResponse } from '../../../src/sip/message.js'
import { createTransactionLayer } from '../../../src/sip/transactions/layer.js'
import type { SipPeer, TransportName } from '../../../src/sip/transport.js'
import { createSipEdge, type ListeningSipEdge } from '../../../src/sip/ua/create-sip-edge.js'
import { clientDialog, Dialog } from '../../../src/sip/ua/dialog.js'
import { SipTransports } from '../../../src/sip/wire/transports.js'
import { offerOf } from '../sdp/offer-of.js'
import { answerFor } from './scene.js'

const open: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function listening(host: string, onCall: (call: IncomingCall) => void): Promise<ListeningSipEdge> {
  const edge = createSipEdge({
    config: {
      listen: [
        { transport: 'udp', host, port: 0 },
        { transport: 'tcp', host, port: 0 },
      ],
    },
    onCall: (call) => {
      onCall(call)
      return { confirmed() {}, offered: () => ({ status: 488, reason: '' }), digit() {}, ended() {} }
    },
  })
  await edge.start()
  open.push(() => edge.close())
  return edge
}

/** A client over sockets of its own; `next` is the following final response or request. */
async function client(host: string, transport: 'udp' | 'tcp') {
  const arrived: SipMessage[] = []
  let wake = (): void => {}
  const wire: SipTransports = new SipTransports({
    listen: [{ transport, host, port: 0 }],
    onMessage: (message, peer) => layer.receive(message, peer),
  })
  const push = (message: SipMessage): void => {
    arrived.push(message)
    wake()
  }
  const layer = createTransactionLayer({
    transport: wire,
    clock: systemClock,
    user: { request: (request) => push(request) },
  })
  await wire.start()
  open.push(async () => {
    layer.close()
    await wire.close()
  })
  return {
    layer,
    contact: (): string => {
      const { port } = wire.addresses[0]!
      return `<sip:alice@${host.includes(':') ? `[${host}]` : host}:${port};transport=${transport}>`
    },
    push,
    async next(): Promise<SipMessage> {
      while (arrived.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return arrived.shift()!
    },
  }
}

describe.each([
  ['127.0.0.1', 'udp'],
  ['127.0.0.1', 'tcp'],
  ['::1', 'udp'],
  ['::1', 'tcp'],
] as const)('on %s over %s', (host, transport) => {
  it('a call is set up, answered and ended by us', async () => {
    const calls: IncomingCall[] = []
    const edge = await listening(host, (call) => {
      calls.push(call)
      call.accept(answerFor(call))
    })
    const { port } = edge.addresses.find((address) => address.transport === transport)!
    const phone = await client(host, transport)
    const peer: SipPeer = { transport: transport as TransportName, address: host, port }
    const request = createRequest('INVITE', 'sip:1000@parley.example', {
      from: '<sip:alice@a.example>;tag=1',
      to: '<sip:1000@parley.example>',
      callId: 'socket-call',
      cseq: 1,
      headers: { Contact: phone.contact(), 'Content-Type': 'application/sdp' },
      body: offerOf(),
    })
    const sent = phone.layer.send(request, peer, {
      response: (response) => {
        if (response.status >= 200) phone.push(response)
      },
      failed: (reason) => expect.unreachable(reason),
    })
    const ok = (await phone.next()) as SipResponse
    expect(ok).toMatchObject({ kind: 'response', status: 200 })
    const bracketed = host.includes(':') ? `[${host}]` : host
    const suffix = transport === 'tcp' ? ';transport=tcp' : ''
    expect(ok.headers.get('Contact')).toBe(`<sip:1000@${bracketed}:${port}${suffix}>`)
    expect(calls[0]?.peer).toMatchObject({ transport, address: host })

    phone.layer.sendAck(new Dialog(clientDialog(sent.request, ok)).ack(1), peer)
    calls[0]?.hangup()
    const bye = await phone.next()
    // The ACK may still be on its way when hangup is called; the BYE waits for it.
    expect(bye).toMatchObject({ kind: 'request', method: 'BYE' })
  })
})

describe('start', () => {
  it('names the address that is taken', async () => {
    const first = await listening('127.0.0.1', () => {})
    const { port } = first.addresses[0]!
    const second = createSipEdge({
      config: { listen: [{ transport: 'udp', host: '127.0.0.1', port }] },
      onCall: () => ({}) as never,
    })
    await expect(second.start()).rejects.toMatchObject({
      code: 'sip_listen_failed',
      message: expect.stringContaining(String(port)),
    })
  })
})
