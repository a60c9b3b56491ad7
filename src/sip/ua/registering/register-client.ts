import type { Timer } from '../../../base/clock.js'
import { messageOf } from '../../../base/errors.js'
import type { Registration, RegistrationRequest, RegistrationState } from '../../registration.js'
import { randomUpTo, type UserAgentContext } from '../context.js'
import type { HopFinder } from '../hops/hop-walk.js'
import { RegisterSender } from './register-sender.js'

/** Share of the granted time after which the binding is renewed: NAT and clocks need some room. */
const refreshShare = 0.8
/** First and longest wait after a failure, in ms (RFC 5626 §4.5 doubles from 30 s). */
const retry = { firstMs: 30_000, longestMs: 1_800_000 }
/** Least time between two requests, in ms, whatever a registrar grants. */
const leastMs = 5_000

/** Keeps one binding at a registrar (RFC 3261 §10.2): registers, renews, tries again, and takes it back at the end. */
export class RegisterClient implements Registration {
  private readonly sender: RegisterSender
  private state: RegistrationState = { state: 'registering' }
  private failures = 0
  /** Whether the registrar may know us. */
  private bound = false
  private timer: Timer | undefined
  private round: Promise<void> = Promise.resolve()

  /**
   * @param changed told of every new state
   * @param gone the registration is closed, and taken back as far as that is possible
   */
  constructor(
    private readonly context: UserAgentContext,
    private readonly request: RegistrationRequest,
    finder: HopFinder,
    private readonly changed: (state: RegistrationState) => void,
    private readonly gone: () => void,
  ) {
    this.sender = new RegisterSender(context, request, finder)
  }

  get current(): RegistrationState {
    return this.state
  }

  start(): void {
    this.round = this.register()
  }

  async close(): Promise<void> {
    if (this.state.state === 'closed') return
    this.timer?.cancel()
    this.become({ state: 'closed' })
    // RFC 3261 §10.2: no new REGISTER before the one under way is answered.
    await this.round
    if (this.bound) await this.sender.send(0)
    this.gone()
  }

  private async register(): Promise<void> {
    const outcome = await this.sender.send(this.request.expiresSeconds)
    if (outcome.granted) this.bound = true
    if (this.state.state === 'closed') return
    if (outcome.granted) this.registered(outcome.seconds)
    else this.failed(outcome.detail, outcome.retryAfterMs)
  }

  private registered(seconds: number): void {
    this.failures = 0
    this.become({ state: 'registered', expiresAt: this.context.clock.now() + seconds * 1000 })
    this.after(Math.max(leastMs, seconds * 1000 * refreshShare))
  }

  private failed(detail: string, retryAfterMs: number | undefined): void {
    const base = Math.min(retry.longestMs, retry.firstMs * 2 ** Math.min(this.failures++, 10))
    // Between half of it and all of it, so that many do not come back at once.
    const ownMs = base / 2 + randomUpTo(this.context, base / 2)
    const waitMs = Math.min(Math.max(ownMs, retryAfterMs ?? 0), retry.longestMs)
    this.become({ state: 'failed', detail, retryAt: this.context.clock.now() + waitMs })
    this.after(waitMs)
  }

  private after(ms: number): void {
    if (this.state.state !== 'closed') this.timer = this.context.clock.after(ms, () => this.start())
  }

  private become(state: RegistrationState): void {
    this.state = state
    try {
      this.changed(state)
    } catch (error) {
      this.context.log.error(
        { err: error, code: 'internal_error' },
        `Whoever watches a registration failed: ${messageOf(error)}`,
      )
    }
  }
}
