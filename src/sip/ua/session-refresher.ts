import type { HeaderFields } from '../build.js'
import type { SipMessage, SipResponse } from '../message.js'
import type { UserAgentContext } from './context.js'
import type { DialogClient } from './dialog-client.js'
import { minSessionExpires, SessionTimer, timerFromResponse, timerRequestHeaders } from './session-timer.js'

/** What the refresher needs from the call. */
export interface RefresherHost {
  /** Re-INVITE with the description sent last. */
  reoffer(): Promise<string>
  /** The peer no longer knows the call, or does not answer. */
  lost(detail: string): void
  expired(): void
}

const retryMs = 10_000

/** Keeps a session alive by RFC 4028: by UPDATE where the peer takes it, else by re-INVITE. */
export class SessionRefresher {
  readonly timer: SessionTimer
  private peerUpdates = false

  constructor(
    private readonly context: UserAgentContext,
    private readonly client: DialogClient,
    private readonly host: RefresherHost,
  ) {
    this.timer = new SessionTimer(
      context.clock,
      () => this.refresh(),
      () => host.expired(),
    )
  }

  /** The timer's headers for a request of ours. */
  get requestHeaders(): HeaderFields {
    const { sessionTimers } = this.context.options
    return sessionTimers ? timerRequestHeaders(this.timer.interval, sessionTimers.minSeconds) : {}
  }

  /** Learns from Allow whether the peer takes UPDATE. */
  noteCapabilities({ headers }: SipMessage): void {
    const allow = headers.getAll('Allow')
    if (allow.length > 0) this.peerUpdates = allow.includes('UPDATE')
  }

  /** A 2xx to a refresh of ours: the session begins anew. */
  refreshed(response: SipMessage): void {
    this.client.dialog.refreshTarget(response)
    this.timer.set(timerFromResponse(response, this.timer.interval))
  }

  private refresh(): void {
    if (this.peerUpdates) {
      this.client.send('UPDATE', { ...this.client.dialogHeaders, ...this.requestHeaders }, '', {
        final: (response) => this.settle(response),
        failed: (reason) => this.host.lost(reason),
      })
    } else {
      // Success has reset the timer by then; a refusal leaves time for another try before the session expires.
      this.host.reoffer().catch(() => this.timer.retry(retryMs))
    }
  }

  private settle(response: SipResponse): void {
    const { status, reason } = response
    if (status < 300) this.refreshed(response)
    else if (status === 408 || status === 481) this.host.lost(`${status} ${reason}`)
    else if (status === 422) this.lengthen(minSessionExpires(response.headers))
    else if (status === 405 || status === 501) {
      this.peerUpdates = false
      this.refresh()
    } else this.timer.retry(retryMs)
  }

  /** The peer, or a proxy, wants a longer interval (RFC 4028 §7.4). */
  private lengthen(minSeconds: number): void {
    const { interval } = this.timer
    if (!interval || interval.seconds >= minSeconds) {
      this.timer.retry(retryMs)
      return
    }
    this.timer.set({ ...interval, seconds: minSeconds })
    this.refresh()
  }
}
