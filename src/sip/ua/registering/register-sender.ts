import type { Timer } from '../../../base/clock.js'
import { messageOf } from '../../../base/errors.js'
import { createRequest } from '../../build.js'
import { DigestAuthorizer, mostChallenges } from '../../digest/authorizer.js'
import type { SipRequest, SipResponse } from '../../message.js'
import { formatNameAddr } from '../../name-addr.js'
import type { RegistrationRequest } from '../../registration.js'
import { userOf } from '../../uri.js'
import { contactFor } from '../contact.js'
import { describePeer, freshToken, type UserAgentContext } from '../context.js'
import { type Hop, type HopFinder, HopWalk, hopPatienceMs } from '../hops/hop-walk.js'
import { retryAfterMs } from '../hops/retry-after.js'
import { grantedSeconds } from './granted-seconds.js'

/** What came of a REGISTER. */
export type RegisterOutcome =
  /** @property seconds the binding lasts */
  | { readonly granted: true; readonly seconds: number }
  | { readonly granted: false; readonly detail: string; readonly retryAfterMs: number | undefined }

/** REGISTERs that one hop may need: challenges, and a longer time. */
const mostPerHop = mostChallenges + 2

/** One REGISTER on its way through the hops. */
interface Round {
  readonly seconds: number
  readonly walk: HopWalk
  readonly settle: (outcome: RegisterOutcome) => void
}

/**
 * Sends REGISTERs of one binding (RFC 3261 §10.2): from hop to hop while they fail, again with an answer to a challenge,
 * again for as long as the registrar wants at least.
 */
export class RegisterSender {
  private readonly callId: string
  private readonly tag: string
  private readonly authorizer: DigestAuthorizer
  private cseq = 0
  /** Least time in seconds that the registrar takes. */
  private leastSeconds = 0

  constructor(
    private readonly context: UserAgentContext,
    private readonly request: RegistrationRequest,
    private readonly finder: HopFinder,
  ) {
    this.callId = freshToken(context) + freshToken(context)
    this.tag = freshToken(context)
    this.authorizer = new DigestAuthorizer(() => request.credentials, context.random)
  }

  /** Never rejects. @param seconds 0 takes the binding back */
  send(seconds: number): Promise<RegisterOutcome> {
    const { hops, registrar } = this.request
    return new Promise((resolve) => {
      const walk = new HopWalk(this.finder, hops.length > 0 ? hops : [registrar])
      this.next({ seconds, walk, settle: resolve }, '')
    })
  }

  private next(round: Round, detail: string): void {
    const fail = (why: string): void => round.settle({ granted: false, detail: why, retryAfterMs: undefined })
    round.walk
      .next()
      .then((hop) => {
        if (hop) this.attempt(round, hop, 1)
        else fail(detail || round.walk.detail)
      })
      .catch((error) => fail(messageOf(error)))
  }

  private attempt(round: Round, hop: Hop, count: number): void {
    const { health } = this.finder
    const sent = this.write(round.seconds, hop)
    let open = true
    let patience: Timer | undefined
    const close = (): boolean => {
      patience?.cancel()
      const was = open
      open = false
      return was
    }
    const fails = (why: string): void => {
      if (!close()) return
      health.failed(hop.peer)
      this.next(round, `${describePeer(hop.peer)}: ${why}`)
    }
    if (round.walk.more) patience = this.context.clock.after(hopPatienceMs, () => fails('No response'))
    this.context.transactions.send(sent, hop.peer, {
      response: (response) => {
        patience?.cancel()
        if (response.status >= 200 && close()) this.answered(round, hop, count, sent, response)
      },
      failed: (reason) => fails(reason === 'timeout' ? 'No response' : 'The transport failed'),
    })
  }

  private answered(round: Round, hop: Hop, count: number, sent: SipRequest, response: SipResponse): void {
    const { status, reason, headers } = response
    const detail = `${status} ${reason}`
    const restMs = retryAfterMs(headers)
    if (status === 503) {
      if (restMs !== undefined) this.finder.health.failed(hop.peer, restMs)
      if (round.walk.more) return this.next(round, detail)
    } else this.finder.health.works(hop.peer)
    if (status < 300)
      round.settle({ granted: true, seconds: grantedSeconds(response, sent) ?? round.seconds })
    else if (count < mostPerHop && this.isWorthRepeating(sent, response)) this.attempt(round, hop, count + 1)
    else round.settle({ granted: false, detail, retryAfterMs: restMs })
  }

  private isWorthRepeating(sent: SipRequest, response: SipResponse): boolean {
    return this.authorizer.challenged(response, sent) || (response.status === 423 && this.lengthen(response))
  }

  /** 423: the registrar wants a longer time (RFC 3261 §10.2.8). */
  private lengthen({ headers }: SipResponse): boolean {
    const least = Number(headers.get('Min-Expires'))
    if (!Number.isInteger(least) || least <= this.leastSeconds) return false
    this.leastSeconds = least
    return true
  }

  private write(seconds: number, { peer, route }: Hop): SipRequest {
    const { registrar, addressOfRecord } = this.request
    const address = (params: ReadonlyMap<string, string>) =>
      formatNameAddr({ displayName: '', uri: addressOfRecord, params })
    const request = createRequest('REGISTER', registrar, {
      from: address(new Map([['tag', this.tag]])),
      to: address(new Map()),
      callId: this.callId,
      cseq: ++this.cseq,
      routes: route === undefined ? [] : [route],
      headers: {
        Contact: contactFor(this.context, peer, userOf(addressOfRecord), /^sips:/i.test(registrar)),
        Expires: String(seconds === 0 ? 0 : Math.max(seconds, this.leastSeconds)),
        'User-Agent': this.context.options.userAgent,
      },
    })
    this.authorizer.authorize(request)
    return request
  }
}
