import type { Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import { createRequest } from '../build.js'
import { type DigestAuthorizer, mostChallenges } from '../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../message.js'
import { parseNameAddr } from '../name-addr.js'
import type { OutgoingCallRequest } from '../outgoing-call.js'
import { SipParseError } from '../parse-error.js'
import type { ResolveHop } from '../resolve/resolver.js'
import type { ClientTransaction } from '../transaction.js'
import type { SipPeer } from '../transport.js'
import { parseUri, userOf } from '../uri.js'
import { allowedMethods, supportedExtensions } from './capabilities.js'
import { contactFor } from './contact.js'
import { describePeer, type UserAgentContext } from './context.js'
import { extraHeaders } from './extra-headers.js'
import { minSessionExpires } from './session-timer.js'

/** What comes back of an INVITE, wherever it was sent. */
export interface InviteAttemptsListener {
  /** A provisional response above 100. */
  provisional(response: SipResponse, invite: SipRequest, peer: SipPeer): void
  /** Every 2xx: of several branches, repeated ones, and those of hops that had been given up. */
  success(response: SipResponse, invite: SipRequest, peer: SipPeer): void
  /** Nothing is left to be tried. `response` is the last final one; undefined when nobody answered at all. */
  failed(response: SipResponse | undefined, detail: string): void
}

export interface InviteAttemptsOptions {
  readonly request: OutgoingCallRequest
  readonly callId: string
  /** Whole value of From, with its tag. */
  readonly from: string
  readonly authorizer: DigestAuthorizer
  readonly resolve: ResolveHop
}

/** ms in which a hop has to say anything at all, while another one is left (RFC 3263 §4.3 leaves it to us). */
const hopPatienceMs = 4_000
/** Targets that redirections may lead to, all in all. */
const mostTargets = 10
/** INVITEs that one hop may need: each challenge, and one for a longer session interval. */
const mostPerHop = mostChallenges + 2

/** One INVITE at a hop. */
interface Attempt {
  readonly invite: SipRequest
  readonly peer: SipPeer
  /** INVITEs sent to this hop, this one included. */
  readonly count: number
  transaction: ClientTransaction | undefined
  patience: Timer | undefined
  /** Another hop or target is tried in its place. */
  abandoned: boolean
}

/**
 * Sends an INVITE until somebody answers: from hop to hop while they fail (RFC 3263 §4.3), to where it is redirected
 * (RFC 3261 §8.1.3.4), again with an answer to a challenge, again with a longer session interval (RFC 4028 §7.3).
 */
export class InviteAttempts {
  private readonly targets: string[]
  private readonly known: Set<string>
  private target = ''
  private hops: string[] = []
  private peers: SipPeer[] = []
  private route: string | undefined
  private cseq = 0
  private minSeconds: number | undefined
  private current: Attempt | undefined
  private last: SipResponse | undefined
  private detail = 'Nowhere to send it'
  private done = false

  constructor(
    private readonly context: UserAgentContext,
    private readonly options: InviteAttemptsOptions,
    private readonly listener: InviteAttemptsListener,
  ) {
    this.targets = [options.request.target]
    this.known = new Set(this.targets)
  }

  start(): void {
    this.nextTarget()
  }

  /** Nobody waits any more: cancels what is under way. `success` may still come; `failed` comes in any case. */
  cancel(): void {
    this.done = true
    this.current?.patience?.cancel()
    if (this.current) this.current.transaction?.cancel()
    else this.listener.failed(undefined, 'Cancelled before anything was sent')
  }

  /** Somebody answered: nothing else is tried, and what is under way elsewhere is cancelled. */
  settle(): void {
    this.done = true
    const attempt = this.drop()
    if (!attempt) return
    attempt.abandoned = true
    attempt.transaction?.cancel()
  }

  /** Whether no INVITE of the call is under way or to come. */
  get finished(): boolean {
    return this.done && !this.current
  }

  private nextTarget(): void {
    const target = this.targets.shift()
    if (target === undefined) return this.fail()
    const { request } = this.options
    this.target = target
    // A trunk's addresses are for the number dialled; a proxy (`lr`) is for whatever is called.
    const direct = target !== request.target && !request.hops.some(isLoose)
    this.hops = direct || request.hops.length === 0 ? [target] : [...request.hops]
    this.nextHop()
  }

  private nextHop(): void {
    const hop = this.hops.shift()
    if (hop === undefined) return this.nextTarget()
    this.route = isLoose(hop) ? `<${hop}>` : undefined
    this.options.resolve(hop).then(
      (peers) => {
        this.peers = [...peers]
        if (!this.done) this.nextPeer()
      },
      (thrown) => {
        this.detail = messageOf(thrown)
        if (!this.done) this.nextHop()
      },
    )
  }

  private nextPeer(): void {
    const peer = this.peers.shift()
    if (peer) this.send(peer, 1)
    else this.nextHop()
  }

  private send(peer: SipPeer, count: number): void {
    const invite = this.invite(peer)
    const attempt: Attempt = {
      invite,
      peer,
      count,
      transaction: undefined,
      patience: undefined,
      abandoned: false,
    }
    this.current = attempt
    if (this.peers.length > 0 || this.hops.length > 0) {
      attempt.patience = this.context.clock.after(hopPatienceMs, () => this.giveUp(attempt, 'No response'))
    }
    attempt.transaction = this.context.transactions.send(invite, peer, {
      response: (response, source) => this.response(attempt, response, source),
      failed: (reason) => this.giveUp(attempt, reason === 'timeout' ? 'No response' : 'The transport failed'),
    })
  }

  private response(attempt: Attempt, response: SipResponse, source: SipPeer): void {
    attempt.patience?.cancel()
    const { status } = response
    if (status >= 200 && status < 300) {
      if (this.current === attempt) {
        this.drop()
        this.done = true
      }
      return this.listener.success(response, attempt.invite, source)
    }
    if (attempt.abandoned) {
      if (status < 200) attempt.transaction?.cancel()
      return
    }
    if (status < 200) {
      if (status > 100 && !this.done) this.listener.provisional(response, attempt.invite, source)
      return
    }
    this.refused(attempt, response)
  }

  private refused(attempt: Attempt, response: SipResponse): void {
    const { status } = response
    const { authorizer } = this.options
    this.drop()
    this.last = response
    this.detail = `${status} ${response.reason}`
    if (this.done) return this.listener.failed(response, this.detail)
    if (attempt.count < mostPerHop) {
      if (authorizer.challenged(response, attempt.invite)) return this.send(attempt.peer, attempt.count + 1)
      if (status === 422 && this.lengthen(response)) return this.send(attempt.peer, attempt.count + 1)
    }
    if (status >= 300 && status < 400) this.redirect(response)
    if (status === 503) this.nextPeer()
    else if (status >= 600) this.fail()
    else this.nextTarget()
  }

  /** A hop that fails is given up for the next. */
  private giveUp(attempt: Attempt, why: string): void {
    if (this.current !== attempt) return
    this.drop()
    attempt.abandoned = true
    attempt.transaction?.cancel()
    this.detail = `${describePeer(attempt.peer)}: ${why}`
    if (this.done) this.listener.failed(undefined, this.detail)
    else this.nextPeer()
  }

  private drop(): Attempt | undefined {
    const { current } = this
    current?.patience?.cancel()
    this.current = undefined
    return current
  }

  private fail(): void {
    if (this.done) return
    this.done = true
    this.listener.failed(this.last, this.detail)
  }

  /** Contacts of a 3xx, the most wanted first; each target is tried once. */
  private redirect(response: SipResponse): void {
    const contacts = response.headers.getAll('Contact').flatMap((value) => contactOf(value) ?? [])
    contacts.sort((one, other) => other.q - one.q)
    for (const { uri } of contacts) {
      if (this.known.has(uri) || this.known.size >= mostTargets) continue
      this.known.add(uri)
      this.targets.push(uri)
    }
  }

  private lengthen(response: SipResponse): boolean {
    const wanted = minSessionExpires(response.headers)
    if (this.minSeconds !== undefined && wanted <= this.minSeconds) return false
    this.minSeconds = wanted
    return true
  }

  private invite(peer: SipPeer): SipRequest {
    const { request, callId, from, authorizer } = this.options
    const { userAgent, sessionTimers } = this.context.options
    const minSeconds = sessionTimers && Math.max(sessionTimers.minSeconds, this.minSeconds ?? 0)
    const invite = createRequest('INVITE', this.target, {
      from,
      to: `<${this.options.request.target}>`,
      callId,
      cseq: ++this.cseq,
      routes: this.route === undefined ? pathOf(request) : [this.route, ...pathOf(request)],
      headers: {
        Contact: contactFor(this.context, peer, userOf(request.from.uri), /^sips:/i.test(this.target)),
        Allow: allowedMethods.join(', '),
        Supported: supportedExtensions(sessionTimers !== false).join(', '),
        ...(sessionTimers && {
          'Session-Expires': String(Math.max(sessionTimers.intervalSeconds, this.minSeconds ?? 0)),
          'Min-SE': String(minSeconds),
        }),
        'User-Agent': userAgent,
        'Content-Type': 'application/sdp',
        ...extraHeaders(request.headers),
      },
      body: request.offer,
    })
    authorizer.authorize(invite)
    return invite
  }
}

/** Proxies that a phone registered through (RFC 3327): they stand in the route. */
function pathOf({ headers }: OutgoingCallRequest): readonly string[] {
  return headers.filter(([name]) => name.toLowerCase() === 'route').map(([, value]) => value)
}

/** Whether a hop is a proxy that wants to stand in the route (RFC 3261 §8.1.2). */
function isLoose(uri: string): boolean {
  return /;\s*lr\b/i.test(uri)
}

/** Where a contact of a 3xx leads; undefined when it is none that can be called. */
function contactOf(value: string): { readonly uri: string; readonly q: number } | undefined {
  try {
    const { uri, params } = parseNameAddr(value)
    parseUri(uri)
    const q = Number(params.get('q') ?? 1)
    return { uri, q: Number.isFinite(q) ? q : 1 }
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}
