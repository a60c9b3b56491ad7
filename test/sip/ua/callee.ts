import { createResponse, type HeaderFields } from '../../../src/sip/build.js'
import type { IncomingRefer, SipCallEnd } from '../../../src/sip/call.js'
import type { SipMessage, SipRequest, SipResponse } from '../../../src/sip/message.js'
import type { OutgoingCall, OutgoingCallRequest } from '../../../src/sip/outgoing-call.js'
import type { ServerTransaction } from '../../../src/sip/transaction.js'
import type { ListeningSipEdge } from '../../../src/sip/ua/create-sip-edge.js'
import { cseqOf, Dialog, serverDialog } from '../../../src/sip/ua/dialog.js'
import { offerOf } from '../sdp/offer-of.js'
import type { Phone } from './phone.js'
import { answerOffer, Scene, type SceneOptions } from './scene.js'

/** A call that the edge makes, with what it reported. */
export class MadeCall {
  readonly progress: string[] = []
  readonly answers: string[] = []
  readonly ends: SipCallEnd[] = []
  readonly digits: string[] = []
  readonly offers: string[] = []
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
        offered: (sdp) => {
          this.offers.push(sdp)
          return answerOffer(sdp)
        },
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
  private readonly dialogs = new Map<string, Dialog>()

  constructor(
    readonly transaction: ServerTransaction,
    private readonly phone: Phone,
  ) {}

  get invite(): SipRequest {
    return this.transaction.request
  }

  respond(
    status: number,
    parts: { tag?: string; headers?: HeaderFields; sdp?: boolean | string } = {},
  ): void {
    const { tag = this.tag, headers = {}, sdp = status === 200 } = parts
    const answer = (): string => answerOffer(this.invite.body.toString()) as string
    const body = typeof sdp === 'string' ? sdp : sdp ? answer() : ''
    this.transaction.respond(
      createResponse(this.invite, status, undefined, {
        toTag: tag,
        headers: {
          ...(status > 100 && status < 300 && { Contact: `<sip:bob@${this.phone.address}:5060>` }),
          ...(body && { 'Content-Type': 'application/sdp' }),
          ...headers,
        },
        body,
      }),
    )
  }

  /** Sends a request in the dialog of a branch. Returns the responses as they come; a 2xx to INVITE is acknowledged. */
  request(method: string, body = '', tag = this.tag): SipResponse[] {
    const dialog = this.dialogs.get(tag) ?? new Dialog(serverDialog(this.invite, tag))
    this.dialogs.set(tag, dialog)
    const headers = {
      Contact: `<sip:bob@${this.phone.address}:5060>`,
      ...(body && { 'Content-Type': method === 'INFO' ? 'application/dtmf-relay' : 'application/sdp' }),
    }
    const request = dialog.request(method, headers, body)
    const responses: SipResponse[] = []
    this.phone.send(request, (response) => {
      responses.push(response)
      if (method === 'INVITE' && response.status >= 200 && response.status < 300) {
        this.phone.sendAck(dialog.ack(cseqOf(request)))
      }
    })
    return responses
  }

  get tag(): string {
    return `at-${this.phone.address}`
  }
}

/** Lets a phone take calls: every INVITE is written down, other requests get 200. */
export function callee(
  phone: Phone,
  onInvite: (ringing: Ringing, number: number) => void = () => {},
): Ringing[] {
  const rung: Ringing[] = []
  const other = phone.answer
  phone.answer = (request, transaction) => {
    if (request.method !== 'INVITE') return other(request, transaction)
    const ringing = new Ringing(transaction, phone)
    rung.push(ringing)
    onInvite(ringing, rung.length)
  }
  return rung
}

export async function settle(scene: Scene, ms = 50): Promise<void> {
  // Hops are looked up asynchronously.
  for (let i = 0; i < 10; i++) {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    scene.clock.advance(ms / 10)
  }
}

export function sceneOf(options: SceneOptions = {}): Scene {
  return new Scene({ resolve: resolveLiterally, ...options })
}

/** Addresses are where they say. */
export async function resolveLiterally(uri: string) {
  const [, address = '', port = '5060'] = /(?:@|:)(\d+\.\d+\.\d+\.\d+)(?::(\d+))?/.exec(uri) ?? []
  return [{ transport: 'udp' as const, address, port: Number(port) }]
}

export const headerOf = (message: SipMessage, name: string): string => message.headers.get(name) ?? ''
