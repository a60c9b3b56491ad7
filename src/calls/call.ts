import type { Clock } from '../base/clock.js'
import { ParleyError } from '../base/errors.js'
import type { Log } from '../base/log.js'
import type { MediaEvent, MediaPort } from '../media/index.js'
import type { CallFacts, RelaySettings } from '../protocol/index.js'
import type { RtpStats } from '../rtp/index.js'
import { endTable, type SessionResult } from '../session/index.js'
import {
  acceptAnswer,
  defaultPreference,
  type IncomingCall,
  type IncomingCallListener,
  isSdpRefusal,
  type LocalMedia,
  type NegotiatedMedia,
  negotiateOffer,
  type SipCallEnd,
  writeAnswer,
  writeOffer,
} from '../sip/index.js'
import type { CallEnd, CallStatus, Store } from '../store/index.js'
import type { CallActions, Driver } from './driver.js'
import { type CallIdentity, newSessionId, type RandomBytes } from './identity.js'

/** Where calls are written down. Never waits, never throws. */
export interface CallRecords
  extends Pick<Store, 'callStarted' | 'callUpdated' | 'sessionStarted' | 'sessionEnded' | 'timeline'> {
  /** @param quality the leg's figures; undefined when it never had media */
  callEnded(callSid: string, end: CallEnd, quality: RtpStats | undefined): void
}

export interface CallDependencies {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly media: MediaPort
  readonly records: CallRecords
  readonly log: Log
  /** Accounts that calls belong to, on either platform. */
  readonly accounts: { readonly sid: string; readonly id: string }
}

export interface CallOptions {
  readonly sip: IncomingCall
  readonly identity: CallIdentity
  /** What was written down as the call's route. */
  readonly route: string
  /** Address that media for a peer binds to, and the one that SDP names. */
  readonly mediaAddress: (peer: string) => { readonly bind: string; readonly advertise: string }
  /** Stereo WAV to write; undefined for none. */
  readonly recording: string | undefined
  readonly driver: (call: CallActions) => Driver
  /** A session is about to start; its events will name it by this id. */
  readonly sessionStarts: (sessionId: string) => void
  /** The call is over and its media closed. */
  readonly over: () => void
}

/** How a call came to its end. */
interface CallEnding {
  readonly status: CallStatus
  readonly by: string
  readonly reason: string
}

/** One incoming call: joins its SIP dialog, its leg in the media plane, its driver and the records. */
export class Call implements IncomingCallListener, CallActions {
  readonly leg: string
  readonly facts: CallFacts
  private readonly driver: Driver
  private readonly log: Log
  private media: NegotiatedMedia | undefined
  private localMedia: LocalMedia | undefined
  private localSdp = ''
  private advertised = ''
  private session: string | undefined
  private answering = false
  private isAnswered = false
  private ending: CallEnding | undefined

  constructor(
    private readonly options: CallOptions,
    private readonly deps: CallDependencies,
  ) {
    const { sip, identity } = options
    this.leg = identity.callLegId
    this.log = deps.log.child({ callSid: identity.callSid })
    this.facts = factsOf(sip, identity, deps.accounts)
    this.driver = options.driver(this)
    deps.records.callStarted({
      ...identity,
      direction: 'inbound',
      from: this.facts.from,
      to: this.facts.to,
      dialled: sip.dialled,
      callerName: this.facts.callerName,
      startedAt: deps.clock.now(),
      sipCallId: sip.callId,
      route: options.route,
      recordingPath: options.recording ?? null,
    })
    this.log.info({ from: this.facts.from, to: sip.dialled, route: options.route }, 'call in')
  }

  /** Reserves media for what the caller offered, or refuses the call. */
  begin(): void {
    const { sip, recording } = this.options
    if (sip.offer !== undefined) {
      const media = negotiateOffer(sip.offer)
      if (isSdpRefusal(media)) return this.reject(media.status, media.reason, media.reason)
      this.media = media
    }
    // Signalling and media may come from different addresses, even families.
    const { bind, advertise } = this.options.mediaAddress(this.media?.remote.address ?? sip.peer.address)
    this.advertised = advertise
    this.deps.media.send({
      type: 'open-leg',
      leg: this.leg,
      address: bind,
      media: this.media,
      recording,
    })
  }

  /** What the media plane tells about this call's leg and session. */
  mediaEvent(event: MediaEvent): void {
    switch (event.type) {
      case 'leg-opened':
        this.localMedia = {
          address: this.advertised,
          port: event.port,
          rtcpPort: event.rtcpPort,
          sessionId: String(Math.round(this.deps.clock.now())),
          version: 1,
        }
        return this.driver.incoming()
      case 'leg-failed':
        this.log.error({ detail: event.detail }, 'no media for the call')
        return this.reject(503, 'No media ports')
      case 'leg-gone':
        return this.hangup(event.reason)
      case 'leg-closed':
        return this.closed(event.quality)
      case 'session-ready':
        return this.driver.sessionReady()
      case 'session-ended':
        return this.sessionOver(event.result)
      default:
        return
    }
  }

  get hasMedia(): boolean {
    return this.media !== undefined
  }

  ring(): void {
    this.options.sip.ring()
  }

  answer(): void {
    if (this.answering || this.ending || !this.localMedia) return
    this.answering = true
    const { sip } = this.options
    this.localSdp =
      sip.offer === undefined || !this.media
        ? writeOffer(this.localMedia)
        : writeAnswer(sip.offer, this.media, this.localMedia)
    this.deps.media.send({ type: 'leg-answered', leg: this.leg })
    sip.accept(this.localSdp)
  }

  reject(status: number, reason?: string, phrase?: string): void {
    if (this.answering) return this.hangup(reason ?? String(status))
    this.end({ status: statusOf(status), by: 'relay', reason: reason ?? String(status) })
    this.options.sip.reject(status, phrase)
  }

  hangup(reason: string): void {
    this.end({ status: 'completed', by: 'relay', reason })
    this.options.sip.hangup()
  }

  startSession(settings: RelaySettings): void {
    if (this.session || this.ending) return
    const { random, media, records, clock } = this.deps
    this.session = newSessionId(settings.dialect, random)
    this.options.sessionStarts(this.session)
    records.sessionStarted({
      sessionId: this.session,
      callSid: this.facts.callSid,
      dialect: settings.dialect,
      url: settings.url,
      startedAt: clock.now(),
      settings: { ...settings },
    })
    this.log.info({ sessionId: this.session, url: settings.url }, 'session starts')
    media.send({
      type: 'start-session',
      session: this.session,
      leg: this.leg,
      settings,
      call: this.facts,
      answered: this.isAnswered,
    })
  }

  /** The node shuts down and cuts the call. */
  cut(): void {
    if (this.session) this.endSession('shutting-down', 'the drain time is over')
    if (this.answering) this.hangup('shutting-down')
    else this.reject(503, 'shutting down')
  }

  confirmed(answer: string | undefined): void {
    if (answer !== undefined && !this.adopt(answer)) return
    if (this.isAnswered || this.ending) return
    // RFC 3261 §13.2.1: the answer to an offer in the 200 comes in the ACK, nowhere else.
    if (!this.media) return this.hangup('The ACK has no answer to our offer')
    this.isAnswered = true
    this.deps.records.callUpdated(this.facts.callSid, {
      status: 'in-progress',
      answeredAt: this.deps.clock.now(),
      codec: this.media?.codec ?? null,
    })
    if (this.session) this.deps.media.send({ type: 'session-answered', session: this.session })
    this.driver.answered()
  }

  offered(sdp: string): string | { status: number; reason: string } {
    if (!this.localMedia) return { status: 500, reason: 'No media yet' }
    // A peer that only holds or moves should not find its codec changed.
    const preference = this.media ? [this.media.codec, ...defaultPreference] : defaultPreference
    const media = negotiateOffer(sdp, { preference })
    if (isSdpRefusal(media)) return media
    this.media = media
    this.localMedia = { ...this.localMedia, version: this.localMedia.version + 1 }
    this.deps.media.send({ type: 'update-leg', leg: this.leg, media })
    return writeAnswer(sdp, media, this.localMedia)
  }

  digit(digit: string): void {
    this.deps.media.send({ type: 'leg-digit', leg: this.leg, digit })
  }

  ended(end: SipCallEnd): void {
    const status = this.isAnswered ? 'completed' : end.reason === 'cancel' ? 'canceled' : 'failed'
    this.end({ status, by: end.by, reason: end.detail || end.reason })
  }

  /** Takes the answer to our own offer; hangs up when there is nothing in it to use. */
  private adopt(answer: string): boolean {
    const media = acceptAnswer(this.localSdp, answer)
    if (isSdpRefusal(media)) {
      this.hangup(media.reason)
      return false
    }
    this.media = media
    this.deps.media.send({ type: 'update-leg', leg: this.leg, media })
    return true
  }

  /** First cause wins: ends the session, closes the leg; `closed` finishes when the leg has told its figures. */
  private end(ending: CallEnding): void {
    if (this.ending) return
    this.ending = ending
    if (this.session) {
      const cause = ending.by === 'relay' ? 'call-completed' : 'caller-gone'
      this.endSession(cause, ending.reason)
    }
    this.deps.media.send({ type: 'close-leg', leg: this.leg })
  }

  private endSession(cause: 'call-completed' | 'caller-gone' | 'shutting-down', detail: string): void {
    this.deps.media.send({ type: 'end-session', session: this.session!, cause, detail })
  }

  private sessionOver(result: SessionResult): void {
    this.session = undefined
    const row = endTable[result.cause]
    const error = row.error && new ParleyError(row.error)
    this.deps.records.sessionEnded(result.sessionId, {
      status: row.status,
      endedAt: result.endedAt,
      errorCode: error?.twilio ?? null,
      errorMessage: error ? `${error.message} ${result.detail}` : null,
      handoffData: result.handoffData ?? null,
    })
    this.log.info({ sessionId: result.sessionId, cause: result.cause, detail: result.detail }, 'session over')
    if (this.ending) return
    if (row.callGoesOn) this.driver.sessionEnded(result)
    else this.hangup(result.cause)
  }

  private closed(quality: RtpStats | undefined): void {
    const ending = this.ending ?? { status: 'failed' as const, by: 'relay', reason: 'media closed' }
    const end: CallEnd = {
      status: ending.status,
      endedAt: this.deps.clock.now(),
      endBy: ending.by,
      endReason: ending.reason,
      quality: quality ? { ...quality } : null,
    }
    this.deps.records.callEnded(this.facts.callSid, end, quality)
    this.log.info({ by: ending.by, reason: ending.reason }, 'call over')
    this.options.over()
  }
}

function factsOf(
  sip: IncomingCall,
  identity: CallIdentity,
  accounts: CallDependencies['accounts'],
): CallFacts {
  const number = /^\+?\d+$/
  return {
    ...identity,
    accountSid: accounts.sid,
    accountId: accounts.id,
    parentCallSid: '',
    from: number.test(sip.from.user) ? sip.from.user : sip.from.uri,
    to: number.test(sip.dialled) ? sip.dialled : sip.to.uri,
    forwardedFrom: sip.divertedFrom,
    callerName: sip.from.displayName,
    direction: 'inbound',
    callType: number.test(sip.from.user) && sip.from.user.length > 6 ? 'PSTN' : 'SIP',
  }
}

/** How a refused call stands in the records. */
function statusOf(sipStatus: number): CallStatus {
  if (sipStatus === 486 || sipStatus === 600) return 'busy'
  return 'failed'
}
