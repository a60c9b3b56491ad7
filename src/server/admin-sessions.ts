import type { Clock } from '../base/clock.js'

export interface AdminSessionsOptions {
  readonly clock: Clock
  /** Random bytes as text that goes into a cookie. */
  readonly random: () => string
}

/** ms that a session lasts. */
export const sessionMs = 12 * 60 * 60 * 1000
/** Sessions at a time: the oldest goes. */
const mostSessions = 1000
/** Wrong keys in a minute, from one address and from all, before further ones are not even looked at. */
const mostFailures = 5
const mostFailuresOfAll = 100
const minuteMs = 60_000

/** Who has signed in with the admin key, and how often somebody failed to. */
export class AdminSessions {
  private readonly sessions = new Map<string, number>()
  private failures: { readonly from: string; readonly at: number }[] = []

  constructor(private readonly options: AdminSessionsOptions) {}

  /** @returns the new session's secret */
  open(): string {
    if (this.sessions.size >= mostSessions) this.sessions.delete(this.sessions.keys().next().value!)
    const secret = this.options.random()
    this.sessions.set(secret, this.options.clock.now() + sessionMs)
    return secret
  }

  has(secret: string): boolean {
    const until = this.sessions.get(secret)
    if (until === undefined) return false
    if (until > this.options.clock.now()) return true
    this.sessions.delete(secret)
    return false
  }

  close(secret: string): void {
    this.sessions.delete(secret)
  }

  /** Somebody gave a wrong key. */
  failed(from: string): void {
    this.failures.push({ from, at: this.options.clock.now() })
  }

  /** ms until a key from there is looked at again; 0 for now. */
  waitMs(from: string): number {
    const now = this.options.clock.now()
    this.failures = this.failures.filter(({ at }) => at > now - minuteMs)
    const own = this.failures.filter((failure) => failure.from === from)
    const first =
      this.failures.length >= mostFailuresOfAll
        ? this.failures[this.failures.length - mostFailuresOfAll]
        : own.length >= mostFailures
          ? own[own.length - mostFailures]
          : undefined
    return first ? first.at + minuteMs - now : 0
  }
}
