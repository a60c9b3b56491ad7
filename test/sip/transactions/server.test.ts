import { beforeEach, describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { createResponse } from '../../../src/sip/build.js'
import type { SipRequest, SipResponse } from '../../../src/sip/message.js'
import { tagOf } from '../../../src/sip/name-addr.js'
import { SipParseError } from '../../../src/sip/parse-error.js'
import { parseMessage } from '../../../src/sip/parse-message.js'
import type { ServerTransaction } from '../../../src/sip/transaction.js'
import {
  createTransactionLayer,
  type FedTransactionLayer,
  type TransactionLayerOptions,
} from '../../../src/sip/transactions/layer.js'
import type { SipPeer } from '../../../src/sip/transport.js'
import { tortureMessages } from '../rfc4475/messages.js'
import { incoming, RecordingTransport, tcpPeer, udpPeer } from '../samples.js'

let clock: SimulatedClock
let transport: RecordingTransport
let layer: FedTransactionLayer
let requests: { request: SipRequest; transaction: ServerTransaction | undefined }[]
let events: [at: number, what: string][]

beforeEach(() => start())

function start(options: Partial<TransactionLayerOptions> = {}): void {
  clock = new SimulatedClock()
  transport = new RecordingTransport(() => clock.now())
  requests = []
  events = []
  layer = createTransactionLayer({
    transport,
    clock,
    user: {
      request: (request, _, transaction) => {
        requests.push({ request, transaction })
        if (!transaction) return
        transaction.onCancel = () => events.push([clock.now(), 'cancel'])
        transaction.onFailure = (reason) => events.push([clock.now(), reason])
      },
    },
    ...options,
  })
}

/** Receives a request and gives its transaction. */
function receive(request: SipRequest, peer: SipPeer = udpPeer): ServerTransaction {
  layer.receive(request, peer)
  const transaction = requests.at(-1)?.transaction
  if (!transaction) throw new Error('No transaction came up')
  return transaction
}

function respond(transaction: ServerTransaction, status: number): void {
  transaction.respond(createResponse(transaction.request, status, undefined, { toTag: 't1' }))
}

describe('INVITE server transaction (RFC 3261 §17.2.1, RFC 6026)', () => {
  it('sends 100 after 200 ms when the user is silent', () => {
    receive(incoming('INVITE'))
    clock.advance(10_000)
    expect(transport.times(100)).toEqual([200])
    expect((transport.last as SipResponse).headers.get('To')).toBe('<sip:1000@192.0.2.1>')
  })

  it('sends no 100 when the user is quicker', () => {
    respond(receive(incoming('INVITE')), 180)
    clock.advance(10_000)
    expect(transport.names).toEqual([180])
  })

  it('sends 100 at once where asked to', () => {
    start({ tryingAfterMs: 0 })
    receive(incoming('INVITE'))
    expect(transport.times(100)).toEqual([0])
  })

  it('answers a repeated INVITE with the last response, and does not show it again', () => {
    const transaction = receive(incoming('INVITE'))
    layer.receive(incoming('INVITE'), udpPeer)
    expect(transport.names).toEqual([])
    respond(transaction, 180)
    respond(transaction, 183)
    layer.receive(incoming('INVITE'), udpPeer)
    expect(transport.names).toEqual([180, 183, 183])
    expect(requests).toHaveLength(1)
  })

  it('repeats a refusal 11 times and gives up at 32 s without ACK (timers G and H)', () => {
    respond(receive(incoming('INVITE')), 486)
    clock.advance(100_000)
    expect(transport.times(486)).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ])
    expect(events).toEqual([[32_000, 'timeout']])
    expect(layer.size).toBe(0)
  })

  it('sends a refusal once over TCP, and gives up at 32 s without ACK', () => {
    respond(receive(incoming('INVITE'), tcpPeer), 486)
    clock.advance(100_000)
    expect(transport.times(486)).toEqual([0])
    expect(events).toEqual([[32_000, 'timeout']])
  })

  it('absorbs ACKs of a refusal for 5 s (timer I)', () => {
    respond(receive(incoming('INVITE')), 486)
    clock.advance(700)
    const ack = incoming('ACK', { To: '<sip:1000@192.0.2.1>;tag=t1' })
    layer.receive(ack, udpPeer)
    clock.advance(4_999)
    layer.receive(ack, udpPeer)
    layer.receive(incoming('INVITE'), udpPeer)
    expect(layer.size).toBe(1)
    clock.advance(1)
    expect(layer.size).toBe(0)
    expect(transport.times(486)).toEqual([0, 500])
    expect(requests).toHaveLength(1)
    expect(events).toEqual([])
  })

  it('sends a 2xx once, absorbs copies of the INVITE for 32 s (timer L), and lets the user repeat it', () => {
    const transaction = receive(incoming('INVITE'))
    respond(transaction, 200)
    clock.advance(500)
    layer.receive(incoming('INVITE'), udpPeer)
    respond(transaction, 200)
    respond(transaction, 486)
    clock.advance(31_499)
    expect(layer.size).toBe(1)
    clock.advance(1)
    expect(layer.size).toBe(0)
    expect(transport.names).toEqual([200, 200])
    expect(requests).toHaveLength(1)
    expect(events).toEqual([])
  })

  it('hands up the ACK of a 2xx, with a branch of its own or with that of the INVITE', () => {
    respond(receive(incoming('INVITE')), 200)
    layer.receive(incoming('ACK', { Via: 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKack' }), udpPeer)
    layer.receive(incoming('ACK'), udpPeer)
    expect(requests.map(({ request, transaction }) => [request.method, transaction !== undefined])).toEqual([
      ['INVITE', true],
      ['ACK', false],
      ['ACK', false],
    ])
  })

  it('reports a failing transport once', () => {
    transport.failure = new Error('gone')
    respond(receive(incoming('INVITE')), 180)
    clock.advance(60_000)
    expect(events).toEqual([[0, 'transport']])
    expect(layer.size).toBe(0)
  })
})

describe('non-INVITE server transaction (§17.2.2)', () => {
  it('repeats its final response for each copy of the request for 32 s (timer J)', () => {
    const transaction = receive(incoming('BYE'))
    layer.receive(incoming('BYE'), udpPeer)
    expect(transport.names).toEqual([])
    respond(transaction, 200)
    respond(transaction, 500)
    clock.advance(31_999)
    layer.receive(incoming('BYE'), udpPeer)
    expect(transport.names).toEqual([200, 200])
    clock.advance(1)
    expect(layer.size).toBe(0)
    expect(requests).toHaveLength(1)
  })

  it('ends with its final response over TCP', () => {
    respond(receive(incoming('OPTIONS'), tcpPeer), 200)
    expect(layer.size).toBe(0)
  })

  it('answers 500 when its user fails', () => {
    start({
      user: {
        request: () => {
          throw new Error('a fault above')
        },
      },
    })
    layer.receive(incoming('OPTIONS'), udpPeer)
    expect(transport.names).toEqual([500])
  })
})

describe('CANCEL (§9.2)', () => {
  it('gets 200 with the tag of the INVITE, and tells its user once', () => {
    respond(receive(incoming('INVITE')), 180)
    layer.receive(incoming('CANCEL'), udpPeer)
    expect(transport.names).toEqual([180, 200])
    expect(tagOf(transport.last.headers.get('To'))).toBe('t1')
    expect(transport.last.headers.get('CSeq')).toBe('1 CANCEL')
    layer.receive(incoming('CANCEL'), udpPeer)
    layer.receive(incoming('CANCEL', { Via: 'SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKabc' }), udpPeer)
    expect(events).toEqual([[0, 'cancel']])
    expect(transport.times(200)).toHaveLength(3)
  })

  it('gets 200 and changes nothing after the final response', () => {
    respond(receive(incoming('INVITE')), 200)
    layer.receive(incoming('CANCEL'), udpPeer)
    expect(transport.names).toEqual([200, 200])
    expect(events).toEqual([])
  })

  it('gets 481 when it matches nothing: another branch, or another sender', () => {
    receive(incoming('INVITE'))
    layer.receive(incoming('CANCEL', { Via: 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKxyz' }), udpPeer)
    layer.receive(incoming('CANCEL', { Via: 'SIP/2.0/UDP 192.0.2.66:5060;branch=z9hG4bKabc' }), udpPeer)
    expect(transport.names).toEqual([481, 481])
    expect(events).toEqual([])
    expect(requests).toHaveLength(1)
  })
})

describe('matching of requests (§17.2.3)', () => {
  it('tells transactions by branch, sent-by and method', () => {
    receive(incoming('OPTIONS'))
    receive(
      incoming('OPTIONS', { Via: 'SIP/2.0/UDP 192.0.2.11:5060;branch=z9hG4bKabc', 'Call-ID': 'call-2' }),
    )
    receive(incoming('INFO'))
    expect(requests).toHaveLength(3)
  })

  it('falls back to RFC 2543: without the cookie, the fields of the request count', () => {
    const old = { Via: 'SIP/2.0/UDP 192.0.2.10:5060;branch=1' }
    const transaction = receive(incoming('INVITE', old))
    layer.receive(incoming('INVITE', old), udpPeer)
    expect(requests).toHaveLength(1)
    receive(incoming('INVITE', { ...old, 'Call-ID': 'call-2' }))
    expect(requests).toHaveLength(2)
    respond(transaction, 486)
    layer.receive(incoming('ACK', { ...old, To: '<sip:1000@192.0.2.1>;tag=t1' }), udpPeer)
    clock.advance(60_000)
    expect(transport.times(486)).toEqual([0])
    layer.receive(incoming('CANCEL', { ...old, 'Call-ID': 'call-2' }), udpPeer)
    expect(events).toEqual([[60_000, 'cancel']])
  })

  it('takes the messages of RFC 4475 that are about transactions', () => {
    const messages = new Map(tortureMessages('semantics').map(({ name, bytes }) => [name, bytes]))
    for (const name of ['badbranch', 'inv2543']) {
      const request = parseMessage(messages.get(name)!) as SipRequest
      layer.receive(request, udpPeer)
      layer.receive(parseMessage(messages.get(name)!), udpPeer)
    }
    expect(requests.map(({ request }) => request.method)).toEqual(['OPTIONS', 'INVITE'])
  })

  it('answers 482 to a request that came by another way already (§8.2.2.2)', () => {
    const other = { Via: 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKother' }
    receive(incoming('INVITE'))
    layer.receive(incoming('INVITE', other), udpPeer)
    expect(transport.names).toEqual([482])
    expect(requests).toHaveLength(1)
    const inDialog = { To: '<sip:1000@192.0.2.1>;tag=t1' }
    receive(incoming('INFO', inDialog))
    receive(incoming('INFO', { ...inDialog, ...other }))
    expect(requests).toHaveLength(3)
  })

  it('lets merged requests through where asked to', () => {
    start({ rejectMerged: false })
    receive(incoming('INVITE'))
    receive(incoming('INVITE', { Via: 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKother' }))
    expect(requests).toHaveLength(2)
  })
})

describe('protection', () => {
  it('answers 503 with Retry-After beyond the limit, keeps nothing of it, and still takes ACK and CANCEL', () => {
    start({ maxTransactions: 2, retryAfterSeconds: 9 })
    const via = (branch: string) => ({
      Via: `SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK${branch}`,
      'Call-ID': branch,
    })
    receive(incoming('INVITE', via('one')))
    receive(incoming('INVITE', via('two')))
    for (let i = 0; i < 100; i++) layer.receive(incoming('INVITE', via(`more${i}`)), udpPeer)
    expect(layer.size).toBe(2)
    expect(transport.times(503)).toHaveLength(100)
    expect(transport.last.headers.get('Retry-After')).toBe('9')
    layer.receive(incoming('ACK', via('more1')), udpPeer)
    layer.receive(incoming('CANCEL', via('two')), udpPeer)
    expect(transport.names.at(-1)).toBe(200)
    expect(events).toEqual([[0, 'cancel']])
    expect(layer.size).toBe(2)
  })

  it('refuses what does not parse, when it can be answered', () => {
    for (const { bytes } of tortureMessages('invalid')) {
      try {
        parseMessage(bytes)
      } catch (error) {
        if (error instanceof SipParseError) layer.receiveMalformed(error, udpPeer)
      }
    }
    expect(transport.names).toEqual([400, 400, 400, 400, 400, 400, 400, 400, 400, 505, 400, 400])
    expect(tagOf(transport.last.headers.get('To'))).toMatch(/^[0-9a-f]{16}$/)
    const phrases = transport.sent.map(({ message }) => message.kind === 'response' && message.reason)
    expect(phrases).toContain('Bad Request: CSeq names "INVITE", the start line "OPTIONS"')
    layer.receiveMalformed(new SipParseError('noise'), udpPeer)
    expect(transport.sent).toHaveLength(12)
  })
})
