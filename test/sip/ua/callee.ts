import { createResponse, type HeaderFields } from '../../../src/sip/build.js'
import type { IncomingRefer, SipCallEnd } from '../../../src/sip/call.js'
import type { SipRequest } from '../../../src/sip/message.js'
import type { OutgoingCall, OutgoingCallRequest } from '../../../src/sip/outgoing-call.js'
import type { ServerTransaction } from '../../../src/sip/transaction.js'
import type { ListeningSipEdge } from '../../../src/sip/ua/create-sip-edge.js'
import { offerOf } from '../sdp/offer-of.js'
import { answerOffer } from './scene.js'

/** A call that the edge makes, with what it reported. */
export class MadeCall {
  readonly progress: string[] = []
  readonly answers: string[] = []
  readonly ends: SipCallEnd[] = []
  readonly digits: string[] = []
  readonly refers: IncomingRefer[] = []
  readonly call: OutgoingCall

  constructor(edge: ListeningSipEdge, request: Partial<OutgoingCallRequest> = {}) {
    this.call = edge.call(
      {
        target: 'sip:bob@192.0.2.1',
        from: { displayName: 'Parley', uri: 'sip:+15550100@192.0.2.100' },
        hops: [],
        headers: [],
        offer: offerOf(),
        answerTimeoutMs: 30_000,
        ...request,
      },
      {
        progress: (status, sdp) => void this.progress.push(sdp ? `${status} sdp` : String(status)),
        answered: (sdp) => void this.answers.push(sdp),
        offered: (sdp) => answerOffer(sdp),
        digit: (digit) => void this.digits.push(digit),
        referred: (refer) => void this.refers.push(refer),
        ended: (end) => void this.ends.push(end),
      },
    )
  }

  get end(): SipCallEnd | undefined {
    return this.ends[0]
  }
}

/** An INVITE at a callee, which answers it as the test says. */
export class Ringing {
  constructor(
    readonly transaction: ServerTransaction,
    private readonly address: string,
  ) {}

  get request(): SipRequest {
    return this.transaction.request
  }

  respond(status: number, parts: { tag?: string; headers?: HeaderFields; sdp?: boolean } = {}): void {
    const { tag = `at-${this.address}`, headers = {}, sdp = status === 200 } = parts
    const body = sdp ? (answerOffer(this.request.body.toString()) as string) : ''
    this.transaction.respond(
      createResponse(this.request, status, undefined, {
        toTag: tag,
        headers: {
          ...(status > 100 && status < 300 && { Contact: `<sip:bob@${this.address}:5060>` }),
          ...(body && { 'Content-Type': 'application/sdp' }),
          ...headers,
        },
        body,
      }),
    )
  }
}
