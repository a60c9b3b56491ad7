import type { Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import { createRequest } from '../build.js'
import { DigestAuthorizer, mostChallenges } from '../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../message.js'
import { formatNameAddr, parseNameAddr } from '../name-addr.js'
import { SipParseError } from '../parse-error.js'
import type { Registration, RegistrationRequest, RegistrationState } from '../registration.js'
import type { ResolveHop } from '../resolve/resolver.js'
import type { SipPeer } from '../transport.js'
import { userOf } from '../uri.js'
import { contactFor } from './contact.js'
import { freshToken, randomUpTo, type UserAgentContext } from './context.js'

/** Share of the granted time after which the binding is renewed: NAT and clocks need some room. */
const refreshShare = 0.8
/** First and longest wait after a failure, in ms (RFC 5626 §4.5 doubles from 30 s). */
const retry = { firstMs: 30_000, longestMs: 1_800_000 }
/** Least time between two requests, in ms, whatever a registrar grants. */
const leastMs = 5_000

/** Keeps one binding at a registrar (RFC 3261 §10.2): registers, renews, tries again, and takes it back at the end. */
export class RegisterClient implements Registration {
  private readonly callId: string
  private readonly tag: string
  private readonly authorizer: DigestAuthorizer
  private state: RegistrationState = { state: 'registering' }
  private seconds: number
  private cseq = 0
  private failures = 0
  private timer: Timer | undefined
  private closed: (() => void) | undefined

  /** @param changed told of every new state */
  constructor(
    private readonly context: UserAgentContext,
    private readonly request: RegistrationRequest,
    private readonly resolve: ResolveHop,
    private readonly changed: (state: RegistrationState) => void,
  ) {
    this.callId = freshToken(context)
    this.tag = freshToken(context)
    this.authorizer = new DigestAuthorizer(() => request.credentials, context.random)
    this.seconds = request.expiresSeconds
  }

  get current(): RegistrationState {
    return this.state
  }

  start(): void {
    this.register(this.seconds)
  }

  async close(): Promise<void> {
    if (this.state.state === 'closed') return
    const bound = this.state.state === 'registered'
    this.timer?.cancel()
    this.become({ state: 'closed' })
    if (!bound) return
    await new Promise<void>((resolve) => {
      this.closed = resolve
      this.register(0)
    })
  }

  private register(seconds: number): void {
    const { hops, registrar } = this.request
    this.nextHop(seconds, hops.length > 0 ? [...hops] : [registrar], 'No registrar')
  }

  private nextHop(seconds: number, hops: readonly string[], detail: string): void {
    const [hop, ...rest] = hops
    if (hop === undefined) return this.failed(detail)
    this.resolve(hop).then(
      (peers) => this.nextPeer(seconds, peers, rest, detail),
      (thrown) => this.nextHop(seconds, rest, messageOf(thrown)),
    )
  }

  private nextPeer(
    seconds: number,
    peers: readonly SipPeer[],
    hops: readonly string[],
    detail: string,
  ): void {
    const [peer, ...rest] = peers
    if (!peer) return this.nextHop(seconds, hops, detail)
    this.send(seconds, peer, 0, (why) => this.nextPeer(seconds, rest, hops, why))
  }

  /** @param next tries what comes after this peer */
  private send(seconds: number, peer: SipPeer, challenges: number, next: (why: string) => void): void {
    if (this.state.state === 'closed' && seconds > 0) return
    const request = this.message(seconds, peer)
    this.context.transactions.send(request, peer, {
      response: (response) => {
        if (response.status < 200) return
        const { status, reason } = response
        const again = () => this.send(this.closed ? 0 : this.seconds, peer, challenges + 1, next)
        if (status < 300) this.granted(seconds, response, request)
        else if (challenges < mostChallenges && this.authorizer.challenged(response, request)) again()
        else if (status === 423 && challenges < mostChallenges && this.lengthen(response)) again()
        else if (status === 503 || status === 408) next(`${status} ${reason}`)
        else this.failed(`${status} ${reason}`)
      },
      failed: (reason) =>
        next(reason === 'timeout' ? 'The registrar does not answer' : 'The transport failed'),
    })
  }

  private granted(asked: number, response: SipResponse, request: SipRequest): void {
    if (this.state.state === 'closed') {
      // What was under way when the registration was closed has been granted after all: it is taken back too.
      if (asked > 0) this.register(0)
      else this.closed?.()
      return
    }
    this.failures = 0
    const seconds = grantedSeconds(response, request) ?? asked
    this.become({ state: 'registered', expiresAt: this.context.clock.now() + seconds * 1000 })
    this.after(Math.max(leastMs, seconds * 1000 * refreshShare))
  }

  private failed(detail: string): void {
    if (this.state.state === 'closed') return this.closed?.()
    const base = Math.min(retry.longestMs, retry.firstMs * 2 ** this.failures++)
    // Between half of it and all of it, so that many do not come back at once.
    const waitMs = base / 2 + randomUpTo(this.context, base / 2)
    this.become({ state: 'failed', detail, retryAt: this.context.clock.now() + waitMs })
    this.after(waitMs)
  }

  private after(ms: number): void {
    this.timer = this.context.clock.after(ms, () => this.register(this.seconds))
  }

  private become(state: RegistrationState): void {
    this.state = state
    this.changed(state)
  }

  /** 423: the registrar wants a longer time (RFC 3261 §10.2.8). */
  private lengthen({ headers }: SipResponse): boolean {
    const least = Number(headers.get('Min-Expires'))
    if (!Number.isInteger(least) || least <= this.seconds) return false
    this.seconds = least
    return true
  }

  private message(seconds: number, peer: SipPeer): SipRequest {
    const { registrar, addressOfRecord } = this.request
    const address = (params: ReadonlyMap<string, string>) =>
      formatNameAddr({ displayName: '', uri: addressOfRecord, params })
    const request = createRequest('REGISTER', registrar, {
      from: address(new Map([['tag', this.tag]])),
      to: address(new Map()),
      callId: this.callId,
      cseq: ++this.cseq,
      headers: {
        Contact: contactFor(this.context, peer, userOf(addressOfRecord), /^sips:/i.test(registrar)),
        Expires: String(seconds),
        'User-Agent': this.context.options.userAgent,
      },
    })
    this.authorizer.authorize(request)
    return request
  }
}

/** Seconds granted to our contact: its own `expires`, else the Expires of the response (RFC 3261 §10.2.4). */
function grantedSeconds({ headers }: SipResponse, request: SipRequest): number | undefined {
  const own = uriOf(request.headers.get('Contact') ?? '')?.uri
  for (const value of headers.getAll('Contact')) {
    const contact = uriOf(value)
    const seconds = Number(contact?.params.get('expires'))
    if (contact?.uri === own && Number.isInteger(seconds) && seconds > 0) return seconds
  }
  const seconds = Number(headers.get('Expires') ?? Number.NaN)
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined
}

function uriOf(value: string): ReturnType<typeof parseNameAddr> | undefined {
  try {
    return parseNameAddr(value)
  } catch (error) {
    if (error instanceof SipParseError) return undefined
    throw error
  }
}
