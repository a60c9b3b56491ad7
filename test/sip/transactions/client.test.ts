import { beforeEach, describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { createRequest } from '../../../src/sip/build.js'
import type { SipRequest } from '../../../src/sip/message.js'
import type { ClientTransaction } from '../../../src/sip/transaction.js'
import { createTransactionLayer, type FedTransactionLayer } from '../../../src/sip/transactions/layer.js'
import type { SipPeer } from '../../../src/sip/transport.js'
import { parseVia } from '../../../src/sip/via.js'
import { answerTo, RecordingTransport, tcpPeer, udpPeer } from '../samples.js'

let clock: SimulatedClock
let transport: RecordingTransport
let layer: FedTransactionLayer
/** What the user of the transaction heard, and when. */
let heard: [at: number, what: number | string][]

beforeEach(() => {
  clock = new SimulatedClock()
  transport = new RecordingTransport(() => clock.now())
  layer = createTransactionLayer({ transport, clock, user: { request: () => {} } })
  heard = []
})

function send(method: string, peer: SipPeer = udpPeer): ClientTransaction {
  const request = createRequest(method, 'sip:bob@192.0.2.10', {
    from: '<sip:1000@192.0.2.1>;tag=l1',
    to: '<sip:bob@192.0.2.10>',
    callId: 'out-1',
    cseq: 7,
    routes: ['<sip:proxy.example.com;lr>'],
  })
  return layer.send(request, peer, {
    response: ({ status }) => heard.push([clock.now(), status]),
    failed: (reason) => heard.push([clock.now(), reason]),
  })
}

function receive(request: SipRequest, status: number): void {
  layer.receive(answerTo(request, status), udpPeer)
}

describe('INVITE client transaction (RFC 3261 §17.1.1, RFC 6026)', () => {
  it('sends 7 times at 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s and times out at 32 s (timers A and B)', () => {
    send('INVITE')
    clock.advance(100_000)
    expect(transport.times('INVITE')).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500])
    expect(heard).toEqual([[32_000, 'timeout']])
    expect(layer.size).toBe(0)
  })

  it('sends once over TCP, and times out at 32 s', () => {
    send('INVITE', tcpPeer)
    clock.advance(100_000)
    expect(transport.times('INVITE')).toEqual([0])
    expect(heard).toEqual([[32_000, 'timeout']])
  })

  it('stops retransmitting at the first provisional response, and waits', () => {
    const { request } = send('INVITE')
    clock.advance(600)
    receive(request, 180)
    clock.advance(120_000)
    expect(transport.times('INVITE')).toEqual([0, 500])
    receive(request, 183)
    expect(heard.map(([, what]) => what)).toEqual([180, 183])
  })

  it('acknowledges a refusal, again for each copy for 32 s (timer D), and reports it once', () => {
    const { request } = send('INVITE')
    clock.advance(100)
    receive(request, 486)
    clock.advance(400)
    receive(request, 486)
    clock.advance(31_599)
    receive(request, 486)
    expect(transport.times('ACK')).toEqual([100, 500, 32_099])
    clock.advance(1)
    receive(request, 486)
    expect(transport.times('ACK')).toHaveLength(3)
    expect(heard).toEqual([[100, 486]])
    expect(layer.size).toBe(0)
  })

  it('makes the ACK of a refusal as §17.1.1.3 says', () => {
    const { request } = send('INVITE')
    receive(request, 486)
    const ack = transport.last as SipRequest
    expect(ack.uri).toBe(request.uri)
    expect(ack.headers.getAll('Via')).toEqual([request.headers.get('Via')])
    for (const name of ['From', 'Call-ID', 'Route'])
      expect(ack.headers.getAll(name)).toEqual(request.headers.getAll(name))
    expect(ack.headers.get('To')).toBe('<sip:bob@192.0.2.10>;tag=b2')
    expect(ack.headers.get('CSeq')).toBe('7 ACK')
  })

  it('ends at once after a refusal over TCP', () => {
    const { request } = send('INVITE', tcpPeer)
    receive(request, 486)
    expect(layer.size).toBe(0)
    expect(transport.names).toEqual(['INVITE', 'ACK'])
  })

  it('hands up every 2xx for 32 s (timer M), and acknowledges none', () => {
    const { request } = send('INVITE')
    clock.advance(1_000)
    receive(request, 200)
    clock.advance(500)
    receive(request, 200)
    clock.advance(31_500)
    receive(request, 200)
    expect(heard).toEqual([
      [1_000, 200],
      [1_500, 200],
    ])
    expect(transport.times('INVITE')).toEqual([0, 500])
    expect(transport.times('ACK')).toEqual([])
    expect(layer.size).toBe(0)
  })

  it('ignores a refusal or a provisional response after a 2xx', () => {
    const { request } = send('INVITE')
    for (const status of [200, 486, 180]) receive(request, status)
    expect(heard).toEqual([[0, 200]])
  })

  it('reports a failing transport', () => {
    transport.failure = new Error('unreachable')
    send('INVITE')
    expect(heard).toEqual([[0, 'transport']])
    expect(layer.size).toBe(0)
    clock.advance(60_000)
    expect(transport.times('INVITE')).toEqual([0])
  })
})

describe('CANCEL of a client (§9.1)', () => {
  it('waits for a provisional response, then goes out with the branch of the INVITE', () => {
    const transaction = send('INVITE')
    transaction.cancel()
    clock.advance(300)
    expect(transport.times('CANCEL')).toEqual([])
    receive(transaction.request, 100)
    expect(transport.times('CANCEL')).toEqual([300])
    const cancel = transport.last as SipRequest
    expect(cancel.headers.getAll('Via')).toEqual([transaction.request.headers.get('Via')])
    expect(cancel.headers.get('CSeq')).toBe('7 CANCEL')
    expect(cancel.headers.get('To')).toBe('<sip:bob@192.0.2.10>')
    receive(cancel, 200)
    receive(transaction.request, 487)
    expect(heard.map(([, what]) => what)).toEqual([100, 487])
    expect(transport.names.at(-1)).toBe('ACK')
  })

  it('goes out once, and not after the final response', () => {
    const first = send('INVITE')
    receive(first.request, 180)
    first.cancel()
    first.cancel()
    expect(transport.times('CANCEL')).toHaveLength(1)
    const second = send('INVITE')
    receive(second.request, 486)
    second.cancel()
    expect(transport.times('CANCEL')).toHaveLength(1)
  })

  it('gives the INVITE up 32 s later when nothing final comes', () => {
    const transaction = send('INVITE')
    receive(transaction.request, 180)
    clock.advance(10_000)
    transaction.cancel()
    receive(transport.last as SipRequest, 200)
    clock.advance(60_000)
    expect(heard).toEqual([
      [0, 180],
      [42_000, 'timeout'],
    ])
    expect(layer.size).toBe(0)
  })
})

describe('non-INVITE client transaction (§17.1.2)', () => {
  it('sends 11 times, every 4 s in the end, and times out at 32 s (timers E and F)', () => {
    send('BYE')
    clock.advance(100_000)
    expect(transport.times('BYE')).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ])
    expect(heard).toEqual([[32_000, 'timeout']])
    expect(layer.size).toBe(0)
  })

  it('goes on every 4 s after a provisional response, and still times out', () => {
    const { request } = send('BYE')
    clock.advance(600)
    receive(request, 100)
    clock.advance(100_000)
    expect(transport.times('BYE')).toEqual([
      0, 500, 1_500, 5_500, 9_500, 13_500, 17_500, 21_500, 25_500, 29_500,
    ])
    expect(heard).toEqual([
      [600, 100],
      [32_000, 'timeout'],
    ])
  })

  it('absorbs copies of the final response for 5 s (timer K)', () => {
    const { request } = send('BYE')
    receive(request, 200)
    clock.advance(4_999)
    expect(layer.size).toBe(1)
    receive(request, 200)
    clock.advance(1)
    expect(layer.size).toBe(0)
    expect(heard).toEqual([[0, 200]])
    expect(transport.times('BYE')).toEqual([0])
  })

  it('sends once over TCP and ends at the final response', () => {
    const { request } = send('OPTIONS', tcpPeer)
    clock.advance(10_000)
    expect(transport.times('OPTIONS')).toEqual([0])
    receive(request, 200)
    expect(layer.size).toBe(0)
  })
})

describe('matching of responses (§17.1.3)', () => {
  it('gives every transaction a branch of its own, with the magic cookie and rport', () => {
    const vias = [send('BYE'), send('BYE')].map(({ request }) => parseVia(request.headers.get('Via')!))
    expect(new Set(vias.map((via) => via.params.get('branch'))).size).toBe(2)
    for (const via of vias) {
      expect(via).toMatchObject({ transport: 'UDP', host: '192.0.2.1', port: 5060 })
      expect(via.params.get('branch')).toMatch(/^z9hG4bK.{16,}/)
      expect(via.params.has('rport')).toBe(true)
    }
  })

  it('drops responses of unknown branch, of another method, or with a second Via', () => {
    const { request } = send('BYE')
    const other = answerTo(request, 200)
    other.headers.set('Via', 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKother')
    layer.receive(other, udpPeer)
    const method = answerTo(request, 200)
    method.headers.set('CSeq', '7 INVITE')
    layer.receive(method, udpPeer)
    const proxied = answerTo(request, 200)
    proxied.headers.append('Via', 'SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23')
    layer.receive(proxied, udpPeer)
    expect(heard).toEqual([])
    receive(request, 200)
    expect(heard).toEqual([[0, 200]])
  })

  it('sends the ACK of a 2xx with a Via of its own and without a transaction', () => {
    const ack = createRequest('ACK', 'sip:bob@192.0.2.10', {
      from: '<sip:a@b>;tag=1',
      to: '<sip:c@d>;tag=2',
      callId: 'x',
      cseq: 7,
    })
    layer.sendAck(ack, udpPeer)
    expect(transport.names).toEqual(['ACK'])
    expect((transport.last as SipRequest).headers.getAll('Via')).toHaveLength(1)
    expect(ack.headers.get('Via')).toBeUndefined()
    expect(layer.size).toBe(0)
  })

  it('stops everything at close', () => {
    send('INVITE')
    send('BYE')
    layer.close()
    clock.advance(60_000)
    expect(transport.sent).toHaveLength(2)
    expect(heard).toEqual([])
  })
})
