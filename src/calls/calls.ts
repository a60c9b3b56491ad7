import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Timer } from '../base/clock.js'
import { messageOf, ParleyError } from '../base/errors.js'
import type { MediaEvent } from '../media/index.js'
import {
  createSrtpKeys,
  type IncomingCall,
  type IncomingCallListener,
  type IncomingRefer,
  offeredCodecs,
  type SrtpPolicy,
} from '../sip/index.js'
import { replacedIn } from './attended-transfer.js'
import { Call, type CallNode, type CallOptions } from './call/call.js'
import type { CallDependencies } from './call/dependencies.js'
import { type Accounts, factsOfIncoming, factsOfWeb } from './call/facts.js'
import type { CallControl } from './call-control.js'
import { CallRegistry } from './call-registry.js'
import type { CallHandling, CallService, DialRequest, Routing } from './call-service.js'
import { Dialler, type DiallerOptions } from './dial/dialler.js'
import { type CallIdentity, newCallIdentity } from './identity.js'
import { CallerLine } from './line/caller-line.js'
import type { MediaAddress } from './line/line.js'
import { readWebOffer } from './line/peer-media.js'
import { refusedCall } from './line/refused-call.js'
import { WebCallerLine } from './line/web-caller-line.js'
import { type MediaHosts, mediaAddressOf } from './media-address.js'
import { Meetings } from './meetings.js'
import type { WebCallBegun, WebCallRequest, WebCallsOptions } from './web.js'

export interface CallsOptions extends CallDependencies, MediaHosts {
  readonly accounts: Accounts
  /** @see SipEdge.callNamed */
  readonly callNamed?: ((replaces: string) => string | undefined) | undefined
  /** How calls go out; a node without it makes none. */
  readonly out?: Pick<DiallerOptions, 'directory' | 'callOut' | 'resolve' | 'clients'> | undefined
  /** How calls with browsers are held; a node without has none. */
  readonly web?: WebCallsOptions | undefined
  /** Who answers calls that come in: the first that takes one. */
  readonly routing: readonly Routing[]
  /** Most calls at a time, whichever way; more that come in are refused with 503 and Retry-After. */
  readonly maxCalls: number
  /** Whether the audio of calls may, or must, be encrypted; default `off`. */
  readonly srtp?: SrtpPolicy | undefined
  /** Folder of recordings. */
  readonly recordings: string
  /** Whether calls are recorded of which nobody says anything else; default false. */
  readonly recordAll?: boolean | undefined
  /** A call was refused for want of room. */
  readonly rejected: () => void
}

/** Seconds after which a refused caller may try again. */
const RETRY_AFTER_S = 10

/** All calls of this node: admits them, tells them what the media plane says, and drains them. */
export class Calls implements CallService {
  private readonly calls: CallRegistry
  private readonly byLeg = new Map<string, Call>()
  private readonly bySession = new Map<string, Call>()
  private readonly meetings = new Meetings()
  private readonly node: CallNode = {
    meetings: this.meetings,
    sessionStarts: (sessionId, call) => this.bySession.set(sessionId, call),
    sessionOver: (sessionId) => this.bySession.delete(sessionId),
    transfer: (call, refer) => this.transfer(call, refer),
    over: (call) => this.over(call),
  }
  private readonly mediaAddress: MediaAddress
  private readonly dialler: Dialler | undefined
  private draining = false
  private drained: (() => void) | undefined

  constructor(private readonly options: CallsOptions) {
    this.calls = new CallRegistry(options.clock)
    this.mediaAddress = mediaAddressOf(options)
    const { out } = options
    this.dialler = out && new Dialler({ ...options, ...out, mediaAddress: this.mediaAddress })
  }

  /** @see CallService */
  dial(request: DialRequest): CallControl {
    if (this.draining) throw new ParleyError('node_shutting_down')
    if (this.active >= this.options.maxCalls) throw new ParleyError('call_limit_reached')
    if (!this.dialler) throw new ParleyError('call_route_missing', 'This node makes no calls.')
    const options = this.dialler.prepare(request)
    return this.open({ ...options, recording: this.recording(request.record, options.identity) }).handle
  }

  get active(): number {
    return this.calls.size
  }

  get(id: string): CallControl | undefined {
    return this.calls.get(id)?.handle
  }

  list(): readonly CallControl[] {
    return this.calls.list().map(({ handle }) => handle)
  }

  conference(name: string): readonly CallControl[] {
    return this.meetings.membersOf(name)
  }

  /** @see IncomingCallHandler */
  readonly incoming = (sip: IncomingCall): IncomingCallListener => {
    const { log } = this.options
    // Takes the place of a call that is counted already.
    if (sip.replaces !== undefined) return this.replace(sip, sip.replaces)
    if (this.draining || this.active >= this.options.maxCalls) {
      log.warn({ active: this.active, draining: this.draining }, 'call refused: no room')
      sip.reject(503, undefined, RETRY_AFTER_S)
      this.options.rejected()
      return refusedCall
    }
    const { dialled, from, headers } = sip
    const handling = this.route({ dialled, from: from.uri, headers })
    if (!handling) {
      log.warn({ dialled: sip.dialled }, 'call refused: no route')
      sip.reject(404)
      return refusedCall
    }
    return this.take(sip, handling)
  }

  /** Tells the call that an event of the media plane is about. */
  mediaEvent(event: MediaEvent): void {
    if ('leg' in event) this.byLeg.get(event.leg)?.mediaEvent(event)
    else if (event.type === 'session-ready') this.bySession.get(event.session)?.mediaEvent(event)
    else if (event.type === 'session-ended') this.bySession.get(event.result.sessionId)?.mediaEvent(event)
  }

  /** Takes no more calls; resolves when all are over, cutting those that outlast `timeoutMs`. */
  drain(timeoutMs: number): Promise<void> {
    this.draining = true
    if (this.active === 0) return Promise.resolve()
    const cut: Timer = this.options.clock.after(timeoutMs, () => {
      for (const call of this.calls.list()) call.cut()
    })
    return new Promise((resolve) => {
      this.drained = () => {
        cut.cancel()
        resolve()
      }
    })
  }

  private replace(sip: IncomingCall, replaced: string): IncomingCallListener {
    const call = this.calls.carrying(replaced)
    if (call) return call.takeOver(sip)
    // The edge knows it, and the call is over: RFC 3891 §3.
    sip.reject(603)
    return refusedCall
  }

  /** Attended transfer: both calls of the party are bridged, and those at their other ends are joined. */
  private transfer(call: Call, refer: IncomingRefer): boolean {
    const replaces = replacedIn(refer.target)
    const sipId = replaces === undefined ? undefined : this.options.callNamed?.(replaces)
    const other = sipId === undefined ? undefined : this.calls.carrying(sipId)
    const here = this.meetings.partnerOf(call)
    const there = other && other !== call ? this.meetings.partnerOf(other) : undefined
    if (!here || !there || here === there || here === other?.handle) return false
    const progress = refer.accept()
    here.bridge(there)
    progress.progress(200)
    call.hangup('attended transfer')
    other?.hangup('attended transfer')
    return true
  }

  private route(incoming: Parameters<Routing>[0]): CallHandling | undefined {
    const { routing, log } = this.options
    const { dialled } = incoming
    for (const decide of routing) {
      try {
        const handling = decide(incoming)
        if (handling) return handling
      } catch (thrown) {
        log.error({ err: thrown, code: 'internal_error', dialled }, `routing failed: ${messageOf(thrown)}`)
      }
    }
    return undefined
  }

  private take(sip: IncomingCall, { route, record, drive }: CallHandling): IncomingCallListener {
    const { clock, random, accounts, srtp } = this.options
    const identity = newCallIdentity(random)
    let line!: CallerLine
    this.open({
      identity,
      facts: factsOfIncoming(sip, identity, accounts),
      dialled: sip.dialled,
      headers: sip.headers,
      offeredCodecs: sip.offer === undefined ? [] : offeredCodecs(sip.offer),
      route,
      recording: this.recording(record, identity),
      line: (host) => {
        const negotiation = { srtp, srtpKeys: createSrtpKeys(random) }
        line = new CallerLine({ sip, clock, mediaAddress: this.mediaAddress, negotiation }, host)
        return line
      },
      drive,
    })
    return line
  }

  /**
   * A browser calls. Resolves when its offer is answered, which says nothing yet of whether anybody takes the call.
   * @throws ParleyError `web_offer_invalid`, `web_offer_unacceptable`, `web_unavailable`, `web_route_missing`,
   *   `call_limit_reached`, `node_shutting_down`
   */
  async fromBrowser(request: WebCallRequest): Promise<WebCallBegun> {
    const { clock, random, accounts, web, log } = this.options
    const { dialled, from, headers, offer: sdp } = request
    if (!web) throw new ParleyError('web_unavailable')
    if (this.draining) throw new ParleyError('node_shutting_down')
    const offer = readWebOffer(sdp)
    if (this.active >= this.options.maxCalls) {
      log.warn({ active: this.active }, 'call refused: no room')
      this.options.rejected()
      throw new ParleyError('call_limit_reached')
    }
    const handling = this.route({ dialled, from: `client:${from}`, headers })
    if (!handling) throw new ParleyError('web_route_missing', `Nothing answers "${dialled}".`)
    const identity = newCallIdentity(random)
    let line!: WebCallerLine
    this.open({
      identity,
      facts: factsOfWeb(request, identity, accounts),
      dialled,
      headers,
      route: handling.route,
      recording: this.recording(handling.record, identity),
      line: (host) => {
        line = new WebCallerLine({ ...web, clock, random, sdp, offer }, host)
        return line
      },
      drive: handling.drive,
    })
    const party = line.party()
    try {
      return { answer: await line.sdpAnswer, party }
    } catch (thrown) {
      const { ending } = party.call
      const early = thrown instanceof ParleyError && thrown.code === 'call_over' && ending
      throw early ? new ParleyError('call_over', `The call was over at once: ${ending.reason}.`) : thrown
    }
  }

  private open(options: CallOptions): Call {
    const call = new Call(options, this.options, this.node)
    this.calls.add(call)
    this.byLeg.set(call.leg.id, call)
    call.begin()
    return call
  }

  private recording(wanted: boolean | undefined, { callSid }: CallIdentity): string | undefined {
    if (!(wanted ?? this.options.recordAll)) return undefined
    mkdirSync(this.options.recordings, { recursive: true })
    return join(this.options.recordings, `${callSid}.wav`)
  }

  private over(call: Call): void {
    this.calls.over(call)
    this.byLeg.delete(call.leg.id)
    if (this.active === 0) this.drained?.()
  }
}
