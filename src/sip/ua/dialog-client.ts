import type { HeaderFields } from '../build.js'
import type { SipRequest, SipResponse } from '../message.js'
import type { ClientTransaction } from '../transaction.js'
import type { SipPeer } from '../transport.js'
import { formatUri, type SipUri } from '../uri.js'
import { allowedMethods, supportedExtensions } from './capabilities.js'
import type { UserAgentContext } from './context.js'
import { cseqOf, type Dialog } from './dialog.js'
import { nextHop } from './next-hop.js'

/** What comes of a request of ours. */
export interface RequestOutcome {
  /** A final response. Called again for each repetition of a 2xx to INVITE. */
  final(response: SipResponse): void
  /** No final response: the peer is gone or out of reach. */
  failed(reason: 'timeout' | 'transport'): void
}

/** This end as the sender of requests in one dialog. */
export class DialogClient {
  /**
   * @param source where the peer's last request came from; kept up to date by whoever handles these
   * @param user user part of our Contact
   */
  constructor(
    private readonly context: UserAgentContext,
    readonly dialog: Dialog,
    public source: SipPeer,
    private readonly user: string,
  ) {}

  /** Our Contact in this dialog. */
  get contact(): string {
    const { host, port } = this.context.transport.localAddress(this.source)
    const { transport } = this.source
    const { secure } = this.dialog
    const uri: SipUri = {
      scheme: secure ? 'sips' : 'sip',
      user: this.user || undefined,
      password: undefined,
      host,
      port,
      params: new Map(transport === 'udp' || secure ? [] : [['transport', transport]]),
      headers: '',
    }
    return `<${formatUri(uri)}>`
  }

  /** Contact, Allow and Supported: what a message that makes or refreshes a dialog carries. */
  get dialogHeaders(): HeaderFields {
    return {
      Contact: this.contact,
      Allow: allowedMethods.join(', '),
      Supported: supportedExtensions(this.context.options.sessionTimers !== false).join(', '),
    }
  }

  /** Sends a request of the dialog. @param sdp body, where there is one */
  send(method: string, headers: HeaderFields, sdp: string, outcome: RequestOutcome): ClientTransaction {
    const request = this.dialog.request(method, this.headersOf(headers, sdp), sdp)
    return this.context.transactions.send(request, this.hop(), {
      response: (response) => {
        if (response.status >= 200) outcome.final(response)
      },
      failed: (reason) => outcome.failed(reason),
    })
  }

  /** Acknowledges a 2xx to an INVITE of ours. */
  ack(invite: SipRequest): void {
    this.context.transactions.sendAck(this.dialog.ack(cseqOf(invite), this.headersOf({}, '')), this.hop())
  }

  private headersOf(headers: HeaderFields, sdp: string): HeaderFields {
    const type = sdp ? { 'Content-Type': 'application/sdp' } : {}
    return { 'User-Agent': this.context.options.userAgent, ...type, ...headers }
  }

  private hop(): SipPeer {
    return nextHop(this.dialog.hopUri, this.source, this.context.options.contactPolicy)
  }
}
