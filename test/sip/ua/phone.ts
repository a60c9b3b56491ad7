import type { Clock } from '../../../src/base/clock.js'
import { createRequest, createResponse, type HeaderFields } from '../../../src/sip/build.js'
import type { Ingress } from '../../../src/sip/ingress.js'
import type { SipRequest, SipResponse } from '../../../src/sip/message.js'
import type { ClientTransaction, ServerTransaction } from '../../../src/sip/transaction.js'
import { createTransactionLayer, type FedTransactionLayer } from '../../../src/sip/transactions/layer.js'
import type { SipPeer } from '../../../src/sip/transport.js'
import type { EdgeTransport } from '../../../src/sip/ua/create-sip-edge.js'
import { clientDialog, Dialog } from '../../../src/sip/ua/dialog.js'
import { offerOf } from '../sdp/offer-of.js'

/** What a test says of an INVITE. */
export interface InviteParts {
  readonly uri?: string
  readonly to?: string
  readonly offer?: string | null
  readonly headers?: HeaderFields
  readonly callId?: string
  readonly cseq?: number
  /** Body of the ACK to the 2xx. */
  readonly ackSdp?: string
  /** Keeps the phone from acknowledging. */
  readonly silent?: boolean
}

/** A caller at the other end of the simulated network: real transactions, a dialog from the client's side. */
export class Phone {
  readonly layer: FedTransactionLayer
  /** Requests that came, without ACKs. */
  readonly received: SipRequest[] = []
  /** Answers requests inside dialogs; 200 by default. */
  answer: (request: SipRequest, transaction: ServerTransaction) => void = (request, transaction) =>
    transaction.respond(createResponse(request, 200))
  private calls = 0

  constructor(
    clock: Clock,
    random: (bytes: number) => Buffer,
    readonly address: string,
    transport: (ingress: Ingress) => EdgeTransport,
    private readonly edge: SipPeer,
  ) {
    const wire = transport({
      message: (message, peer) => this.layer.receive(message, peer),
      malformed: (error) => {
        throw error
      },
    })
    this.layer = createTransactionLayer({
      clock,
      random,
      transport: wire,
      user: {
        request: (request, _peer, transaction) => {
          if (!transaction) return
          this.received.push(request)
          this.answer(request, transaction)
        },
      },
    })
  }

  /** Sends an INVITE that opens a dialog. */
  invite(parts: InviteParts = {}): PhoneCall {
    const number = ++this.calls
    const offer = parts.offer === undefined ? offerOf() : parts.offer
    const request = createRequest('INVITE', parts.uri ?? 'sip:1000@192.0.2.100', {
      from: `"Alice" <sip:+15550100@${this.address}>;tag=phone${number}`,
      to: parts.to ?? '<sip:1000@192.0.2.100>',
      callId: parts.callId ?? `call-${number}@${this.address}`,
      cseq: parts.cseq ?? 1,
      headers: {
        Contact: `<sip:alice@${this.address}:5060>`,
        ...(offer === null ? {} : { 'Content-Type': 'application/sdp' }),
        ...parts.headers,
      },
      body: offer ?? '',
    })
    return new PhoneCall(this, request, parts)
  }

  /** Sends a request outside of dialogs. Returns the responses as they come. */
  request(
    method: string,
    headers: HeaderFields = {},
    parts: { to?: string; uri?: string } = {},
  ): SipResponse[] {
    const number = ++this.calls
    const responses: SipResponse[] = []
    const request = createRequest(method, parts.uri ?? 'sip:1000@192.0.2.100', {
      from: `<sip:alice@${this.address}>;tag=phone${number}`,
      to: parts.to ?? '<sip:1000@192.0.2.100>',
      callId: `request-${number}@${this.address}`,
      cseq: 1,
      headers: { Contact: `<sip:alice@${this.address}:5060>`, ...headers },
    })
    this.send(request, (response) => responses.push(response))
    return responses
  }

  refuse(transaction: ServerTransaction, status: number): void {
    transaction.respond(createResponse(transaction.request, status))
  }

  send(
    request: SipRequest,
    response: (response: SipResponse) => void,
    failed: (reason: string) => void = () => {},
  ): ClientTransaction {
    return this.layer.send(request, this.edge, { response, failed })
  }

  sendAck(request: SipRequest): void {
    this.layer.sendAck(request, this.edge)
  }
}

/** One call of a phone. */
export class PhoneCall {
  readonly responses: SipResponse[] = []
  dialog: Dialog | undefined
  failure: string | undefined
  private readonly transaction: ClientTransaction

  constructor(
    private readonly phone: Phone,
    invite: SipRequest,
    parts: InviteParts,
  ) {
    this.transaction = phone.send(
      invite,
      (response) => {
        this.responses.push(response)
        if (response.status > 100 && response.status < 300) {
          this.dialog ??= new Dialog(clientDialog(this.transaction.request, response))
        }
        if (response.status >= 200 && response.status < 300 && !parts.silent) this.ack(1, parts.ackSdp)
      },
      (reason) => {
        this.failure = reason
      },
    )
  }

  get statuses(): number[] {
    return this.responses.map(({ status }) => status)
  }

  get last(): SipResponse {
    return this.responses.at(-1)!
  }

  ack(cseq = 1, sdp = ''): void {
    const headers: HeaderFields = sdp ? { 'Content-Type': 'application/sdp' } : {}
    this.phone.sendAck(this.dialog!.ack(cseq, headers, sdp))
  }

  cancel(): void {
    this.transaction.cancel()
  }

  /** Sends a request inside the dialog; an INVITE is acknowledged. Returns the responses as they come. */
  request(method: string, headers: HeaderFields = {}, body = '', ackSdp = ''): SipResponse[] {
    const responses: SipResponse[] = []
    const type: HeaderFields =
      body && !('Content-Type' in headers) ? { 'Content-Type': 'application/sdp' } : {}
    const contact = { Contact: `<sip:alice@${this.phone.address}:5060>` }
    const request = this.dialog!.request(method, { ...contact, ...type, ...headers }, body)
    const cseq = Number(request.headers.get('CSeq')?.split(' ')[0])
    this.phone.send(request, (response) => {
      responses.push(response)
      if (method === 'INVITE' && response.status >= 200 && response.status < 300) this.ack(cseq, ackSdp)
    })
    return responses
  }
}
