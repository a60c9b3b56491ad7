import type { HeaderFields } from '../build.js'
import { type DigestAuthorizer, mostChallenges } from '../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../message.js'
import type { SipPeer } from '../transport.js'
import { allowedMethods, supportedExtensions } from './capabilities.js'
import { contactFor } from './contact.js'
import type { UserAgentContext } from './context.js'
import { cseqOf, type Dialog } from './dialog.js'
import { nextHop } from './next-hop.js'

/** What comes of a request of ours. */
export interface RequestOutcome {
  /** It goes out, or goes out again with an answer to a challenge. */
  sent?(request: SipRequest): void
  /**
   * A final response, and the request that it answers (not the first one where that was challenged). Called again for
   * each repetition of a 2xx to INVITE.
   */
  final(response: SipResponse, request: SipRequest): void
  /** No final response: the peer is gone or out of reach. */
  failed(reason: 'timeout' | 'transport'): void
}

/** What the ACK of a 2xx repeats of its INVITE (RFC 3261 §22.1). */
const credentials = ['Authorization', 'Proxy-Authorization'] as const

/** This end as the sender of requests in one dialog. */
export class DialogClient {
  /**
   * @param source where the peer's last message came from; kept up to date by whoever handles these
   * @param user user part of our Contact
   * @param authorizer answers challenges
   */
  constructor(
    private readonly context: UserAgentContext,
    readonly dialog: Dialog,
    public source: SipPeer,
    private readonly user: string,
    private readonly authorizer: DigestAuthorizer,
  ) {}

  /** Value of our Contact in this dialog. */
  get contact(): string {
    return contactFor(this.context, this.source, this.user, this.dialog.secure)
  }

  /** Contact, Allow and Supported: what a message that makes or refreshes a dialog carries. */
  get dialogHeaders(): HeaderFields {
    return {
      Contact: this.contact,
      Allow: allowedMethods.join(', '),
      Supported: supportedExtensions(this.context.options.sessionTimers !== false).join(', '),
    }
  }

  /** Sends a request of the dialog. @param body '' for none; SDP unless the headers say otherwise */
  send(method: string, headers: HeaderFields, body: string, outcome: RequestOutcome): void {
    this.attempt(method, this.headersOf(headers, body), body, outcome, 0)
  }

  /** Acknowledges a 2xx to an INVITE of ours. */
  ack(invite: SipRequest): void {
    const answers = Object.fromEntries(credentials.map((name) => [name, invite.headers.getAll(name)]))
    const ack = this.dialog.ack(cseqOf(invite), this.headersOf(answers, ''))
    this.context.transactions.sendAck(ack, this.hop())
  }

  private attempt(
    method: string,
    headers: HeaderFields,
    body: string,
    outcome: RequestOutcome,
    challenges: number,
  ): void {
    const request = this.dialog.request(method, headers, body)
    this.authorizer.authorize(request)
    outcome.sent?.(request)
    this.context.transactions.send(request, this.hop(), {
      response: (response) => {
        if (response.status < 200) return
        const again = challenges < mostChallenges && this.authorizer.challenged(response, request)
        if (again) this.attempt(method, headers, body, outcome, challenges + 1)
        else outcome.final(response, request)
      },
      failed: (reason) => outcome.failed(reason),
    })
  }

  private headersOf(headers: HeaderFields, body: string): HeaderFields {
    const type = body ? { 'Content-Type': 'application/sdp' } : {}
    return { 'User-Agent': this.context.options.userAgent, ...type, ...headers }
  }

  private hop(): SipPeer {
    return nextHop(this.dialog.hopUri, this.source, this.context.options.contactPolicy)
  }
}
