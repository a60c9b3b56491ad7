import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Timer } from '../base/clock.js'
import type { MediaEvent } from '../media/index.js'
import type { IncomingCall, IncomingCallListener } from '../sip/index.js'
import { Call, type CallDependencies } from './call.js'
import { newCallIdentity } from './identity.js'
import { bindAddress, localAddressTowards } from './local-address.js'
import { RouteDriver } from './route-driver.js'
import { type Route, routeOf } from './routes.js'

export interface CallsOptions extends CallDependencies {
  readonly routes: readonly Route[]
  /** Most calls at a time; more are refused with 503 and Retry-After. */
  readonly maxCalls: number
  /** Address that RTP binds to; a wildcard is replaced by the address that faces the caller. */
  readonly mediaHost: string
  /** Address that SDP names instead of the bound one: the public side of a NAT. */
  readonly publicAddress?: string | undefined
  /** Folder of recordings. */
  readonly recordings: string
  /** A call was refused for want of room. */
  readonly rejected: () => void
}

/** Seconds after which a refused caller may try again. */
const RETRY_AFTER_S = 10

/** All calls of this node: admits them, tells them what the media plane says, and drains them. */
export class Calls {
  private readonly byLeg = new Map<string, Call>()
  private readonly bySession = new Map<string, Call>()
  private draining = false
  private drained: (() => void) | undefined

  constructor(private readonly options: CallsOptions) {}

  get active(): number {
    return this.byLeg.size
  }

  /** @see IncomingCallHandler */
  readonly incoming = (sip: IncomingCall): IncomingCallListener => {
    const { maxCalls, routes, log } = this.options
    if (this.draining || this.byLeg.size >= maxCalls) {
      log.warn({ active: this.byLeg.size, draining: this.draining }, 'call refused: no room')
      sip.reject(503, undefined, RETRY_AFTER_S)
      this.options.rejected()
      return refused
    }
    const route = routeOf(sip.dialled, routes)
    if (!route) {
      log.warn({ dialled: sip.dialled }, 'call refused: no route')
      sip.reject(404)
      return refused
    }
    return this.open(sip, route)
  }

  /** Tells the call that an event of the media plane is about. */
  mediaEvent(event: MediaEvent): void {
    if ('leg' in event) this.byLeg.get(event.leg)?.mediaEvent(event)
    else if (event.type === 'session-ready') this.bySession.get(event.session)?.mediaEvent(event)
    else if (event.type === 'session-ended') {
      const call = this.bySession.get(event.result.sessionId)
      this.bySession.delete(event.result.sessionId)
      call?.mediaEvent(event)
    }
  }

  /** Takes no more calls; resolves when all are over, cutting those that outlast `timeoutMs`. */
  drain(timeoutMs: number): Promise<void> {
    this.draining = true
    if (this.byLeg.size === 0) return Promise.resolve()
    const cut: Timer = this.options.clock.after(timeoutMs, () => {
      for (const call of [...this.byLeg.values()]) call.cut()
    })
    return new Promise((resolve) => {
      this.drained = () => {
        cut.cancel()
        resolve()
      }
    })
  }

  private open(sip: IncomingCall, route: Route): Call {
    const { mediaHost, publicAddress, random } = this.options
    const identity = newCallIdentity(random)
    const call: Call = new Call(
      {
        sip,
        identity,
        route: route.to,
        mediaAddress: (peer) => {
          const bind = bindAddress(mediaHost, peer)
          return { bind, advertise: publicAddress ?? localAddressTowards(peer, bind) }
        },
        recording: route.record ? this.recordingPath(identity.callSid) : undefined,
        driver: (actions) => new RouteDriver(route, actions),
        sessionStarts: (sessionId) => this.bySession.set(sessionId, call),
        over: () => this.over(identity.callLegId),
      },
      this.options,
    )
    this.byLeg.set(identity.callLegId, call)
    call.begin()
    return call
  }

  private recordingPath(callSid: string): string {
    mkdirSync(this.options.recordings, { recursive: true })
    return join(this.options.recordings, `${callSid}.wav`)
  }

  private over(leg: string): void {
    this.byLeg.delete(leg)
    if (this.byLeg.size === 0) this.drained?.()
  }
}

/** Hears the end of a call that was refused at once. */
const refused: IncomingCallListener = {
  confirmed() {},
  offered: () => ({ status: 481, reason: 'Call refused' }),
  digit() {},
  ended() {},
}
