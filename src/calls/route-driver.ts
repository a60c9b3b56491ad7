import type { SessionResult } from '../session/index.js'
import type { CallActions, Driver } from './driver.js'
import type { Route } from './routes.js'

/**
 * Drives a call by a static route: one session, then the call is over. Twilio's dialect connects the app while the
 * call rings and answers when it is connected; Telnyx's starts the session on an answered call.
 */
export class RouteDriver implements Driver {
  private isAnswered = false
  private started = false

  constructor(
    private readonly route: Route,
    private readonly call: CallActions,
  ) {}

  incoming(): void {
    this.call.ring()
    if (this.route.relay.dialect === 'twilio' && this.call.hasMedia) this.start()
    else this.call.answer()
  }

  answered(): void {
    this.isAnswered = true
    if (!this.started) this.start()
  }

  sessionReady(): void {
    if (!this.isAnswered) this.call.answer()
  }

  sessionEnded({ cause, detail }: SessionResult): void {
    if (this.isAnswered) this.call.hangup(cause)
    // A caller hears busy, as on Twilio, and a trunk does not try another node for what is the app's fault.
    else this.call.reject(486, detail)
  }

  private start(): void {
    this.started = true
    this.call.startSession(this.route.relay)
  }
}
