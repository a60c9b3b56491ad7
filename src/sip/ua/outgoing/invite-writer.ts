import { createRequest, type HeaderFields } from '../../build.js'
import type { SipRequest, SipResponse } from '../../message.js'
import { formatNameAddr } from '../../name-addr.js'
import type { OutgoingCallRequest } from '../../outgoing-call.js'
import { userOf } from '../../uri.js'
import { allowedMethods, supportedExtensions } from '../capabilities.js'
import { contactFor } from '../contact.js'
import { freshToken, type UserAgentContext } from '../context.js'
import { extraHeaders } from '../extra-headers.js'
import type { Hop } from '../hops/hop-walk.js'
import { minSessionExpires } from '../session-timer.js'

/** Writes the INVITEs of one call: the same Call-ID and From for all, each with the next number (RFC 3261 §8.1.3.5). */
export class InviteWriter {
  readonly callId: string
  private readonly from: string
  private cseq = 0
  /** Least session interval in seconds that somebody on the way has asked for. */
  private leastSeconds = 0

  constructor(
    private readonly context: UserAgentContext,
    private readonly request: OutgoingCallRequest,
  ) {
    this.callId = freshToken(context) + freshToken(context)
    const { displayName, uri } = request.from
    this.from = formatNameAddr({ displayName, uri, params: new Map([['tag', freshToken(context)]]) })
  }

  /** User part of our Contact. */
  get user(): string {
    return userOf(this.request.from.uri)
  }

  /** @param target Request-URI */
  write(target: string, { peer, route }: Hop): SipRequest {
    const { request, context } = this
    const { userAgent, sessionTimers } = context.options
    return createRequest('INVITE', target, {
      from: this.from,
      to: `<${request.target}>`,
      callId: this.callId,
      cseq: ++this.cseq,
      routes: [...(route === undefined ? [] : [route]), ...pathOf(request)],
      headers: {
        Contact: contactFor(context, peer, this.user, /^sips:/i.test(target)),
        Allow: allowedMethods.join(', '),
        Supported: supportedExtensions(sessionTimers !== false).join(', '),
        ...this.timerHeaders(),
        'User-Agent': userAgent,
        'Content-Type': 'application/sdp',
        ...extraHeaders(request.headers),
      },
      body: request.offer,
    })
  }

  /** Takes a 422 (RFC 4028 §7.3). @returns whether it asks for more than the last one */
  lengthen(response: SipResponse): boolean {
    const seconds = minSessionExpires(response.headers)
    if (seconds <= this.leastSeconds) return false
    this.leastSeconds = seconds
    return true
  }

  private timerHeaders(): HeaderFields {
    const { sessionTimers } = this.context.options
    if (!sessionTimers) return {}
    return {
      'Session-Expires': String(Math.max(sessionTimers.intervalSeconds, this.leastSeconds)),
      'Min-SE': String(Math.max(sessionTimers.minSeconds, this.leastSeconds)),
    }
  }
}

/** Proxies that a phone registered through (RFC 3327): they stand in the route. */
function pathOf({ headers }: OutgoingCallRequest): readonly string[] {
  return headers.filter(([name]) => name.toLowerCase() === 'route').map(([, value]) => value)
}
