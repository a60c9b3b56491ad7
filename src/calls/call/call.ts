import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { MediaEvent } from '../../media/index.js'
import type { CallFacts } from '../../protocol/index.js'
import type { RtpStats } from '../../rtp/index.js'
import type { SessionResult } from '../../session/index.js'
import type { IncomingCall, IncomingCallListener, IncomingRefer } from '../../sip/index.js'
import type { CallControl, HeaderLines } from '../call-control.js'
import type { CallDriver } from '../call-service.js'
import { type CallIdentity, uuid } from '../identity.js'
import type { LegWish, Line, LineHost } from '../line/line.js'
import type { Meetings } from '../meetings.js'
import type { Participant } from '../participant.js'
import { Activities } from './activities.js'
import { CallHandle } from './call-handle.js'
import type { CallDependencies } from './dependencies.js'
import { broken, type Ending, hungUp, refused } from './ending.js'
import { CallJournal } from './journal.js'
import { CallLeg } from './leg.js'
import { CallLife } from './life.js'
import { Observers } from './observers.js'
import { CallSessions } from './sessions.js'

export interface CallOptions extends LegWish {
  readonly identity: CallIdentity
  readonly facts: CallFacts
  readonly dialled: string
  readonly headers: HeaderLines
  /** Codecs that the caller offered. */
  readonly offeredCodecs?: readonly string[] | undefined
  /** Name of the trunk it goes out through. */
  readonly trunk?: string | undefined
  /** What is written down as the call's route. */
  readonly route: string
  readonly line: (host: LineHost) => Line
  /** Takes the call over when its media is ready. */
  readonly drive?: CallDriver | undefined
  /** ms from the answer to the end; no limit unless told. */
  readonly limitMs?: number | undefined
}

/** What a call needs of the node. */
export interface CallNode {
  readonly meetings: Meetings
  /** A session is about to start; its events will name it by this id. */
  sessionStarts(sessionId: string, call: Call): void
  sessionOver(sessionId: string): void
  /** The party wants whom it talks with to talk with the party of another call of its own. @returns whether that is done */
  transfer(call: Call, refer: IncomingRefer): boolean
  /** The call is over and its media closed. */
  over(call: Call): void
}

/**
 * One leg of a call, whichever way it goes. Joins what it is made of and decides nothing but who hears of what: its
 * line (signalling), its leg and activities (media), its sessions, its life, its part in meetings, its observers.
 * Drivers have it in hand as `handle`.
 */
export class Call implements LineHost, Participant {
  readonly handle: CallControl
  readonly leg: CallLeg
  readonly observers: Observers
  readonly line: Line
  readonly life: CallLife
  readonly sessions: CallSessions
  readonly activities: Activities
  private readonly journal: CallJournal
  private readonly log: Log
  private isClosed = false

  constructor(
    readonly options: CallOptions,
    { clock, random, records, media, log }: CallDependencies,
    private readonly node: CallNode,
  ) {
    const { identity, facts } = options
    this.log = log.child({ callSid: identity.callSid })
    this.leg = new CallLeg(identity.callLegId, media)
    this.observers = new Observers(this.log)
    this.journal = new CallJournal(identity.callSid, records, this.log)
    this.life = new CallLife(clock, this.journal, options.limitMs, () =>
      this.finish(broken(this, 'time-limit', 'time limit')),
    )
    const starts = (session: string): void => node.sessionStarts(session, this)
    this.sessions = new CallSessions({ leg: this.leg, facts, clock, random, records, log: this.log, starts })
    this.activities = new Activities(
      this.leg,
      () => uuid(random),
      (task) => this.guarded(task),
    )
    this.line = options.line(this)
    this.handle = new CallHandle(this, node.meetings)
  }

  /** Writes the call down and opens its media; the driver, or the INVITE, follows when that is done. */
  begin(): void {
    const { facts, dialled, trunk, route, recording, near } = this.options
    const { line } = this
    const { startedAt } = this.life
    this.journal.started({ facts, dialled, trunk, startedAt, sipCallId: line.callId, route, recording })
    this.node.meetings.add(this)
    line.begin({ recording, near })
  }

  get direction(): 'inbound' | 'outbound' {
    return this.options.facts.direction
  }

  get answeredAt(): number | undefined {
    return this.life.answeredAt
  }

  get over(): boolean {
    return this.life.state === 'ended'
  }

  reject(status: number, reason = String(status), phrase?: string): void {
    if (!this.line.refusable) this.hangup(reason)
    else if (this.end(refused(status, reason))) this.line.refuse(status, phrase)
  }

  hangup(reason: string, headers: HeaderLines = []): void {
    this.finish(hungUp(this, reason), headers)
  }

  /** The party goes on at another phone (RFC 3891). */
  takeOver(sip: IncomingCall): IncomingCallListener {
    this.log.info({ callId: sip.callId, from: sip.from.uri }, 'another phone takes the call over')
    return this.line.takeOver(sip)
  }

  /** The node shuts down and cuts the call. */
  cut(): void {
    this.sessions.end('shutting-down', 'The call is cut.')
    this.reject(503, 'shutting-down', 'shutting down')
  }

  /** @see LineHost */
  placed(callId: string, trunk?: string): void {
    this.journal.placed(callId, trunk)
  }

  /** @see LineHost */
  ringing(early: boolean): void {
    this.life.rang()
    this.observers.tell('ringing', early)
  }

  /** @see LineHost */
  answered(): void {
    if (!this.life.answered(this.line.media?.codec)) return
    this.sessions.answered()
    this.observers.tell('answered')
  }

  /** @see LineHost */
  held(on: boolean): void {
    this.observers.tell('held', on)
  }

  /** @see LineHost */
  referred(refer: IncomingRefer): void {
    if (this.over) return refer.reject(603)
    if (!this.observers.offer(refer) && !this.node.transfer(this, refer)) refer.reject(603)
  }

  /** @see LineHost */
  gone(ending: Ending): void {
    this.end(ending)
  }

  /** What the media plane tells about this call's leg and sessions. */
  mediaEvent(event: MediaEvent): void {
    switch (event.type) {
      case 'leg-opened':
        return this.mediaReady(event)
      case 'leg-failed':
        return this.mediaFailed(event.detail)
      case 'leg-gone':
        return this.mediaGone(event.reason)
      case 'leg-closed':
        this.leg.gone()
        this.finish(broken(this, 'failed', 'media closed'))
        return this.closed(event.quality)
      case 'session-ready':
        return this.observers.tell('sessionReady', event.session)
      case 'session-ended':
        return this.sessionOver(event.result)
      case 'digit':
        return this.observers.tell('digit', event.digit)
      case 'leg-measured':
        return this.journal.measured(event.at, event.quality)
      case 'timeline':
      case 'log':
        return
      default:
        return this.activities.event(event)
    }
  }

  private mediaReady(ports: { readonly port: number; readonly rtcpPort: number }): void {
    this.leg.opened()
    if (this.over) return
    this.line.opened(ports)
    const { drive } = this.options
    if (!drive) return
    const failed = (thrown: unknown): void => this.reject(500, `the driver failed: ${messageOf(thrown)}`)
    this.guarded(() => drive(this.handle), failed)
  }

  private mediaFailed(detail: string): void {
    this.log.error({ detail }, 'no media for the call')
    this.leg.gone()
    if (this.over) this.closed(undefined)
    else if (this.line.refusable) this.reject(503, 'No media ports')
    else this.finish(broken(this, 'failed', 'No media ports'))
  }

  private mediaGone(reason: 'rtp-timeout' | 'failed'): void {
    this.finish(broken(this, reason === 'rtp-timeout' ? 'media-timeout' : 'failed', reason))
  }

  private sessionOver(result: SessionResult): void {
    this.node.sessionOver(result.sessionId)
    if (!this.sessions.over(result)) {
      const { cause } = result
      this.finish(cause === 'rtp-timeout' ? broken(this, 'media-timeout', cause) : hungUp(this, cause))
    }
    this.observers.tell('sessionEnded', result)
  }

  private finish(ending: Ending, headers: HeaderLines = []): void {
    if (this.end(ending)) this.line.hangup(headers)
  }

  /** First cause wins: ends the session, closes the leg, leaves the meeting; `closed` follows when that is done. */
  private end(ending: Ending): boolean {
    if (!this.life.end(ending)) return false
    this.sessions.end(ending.by === 'relay' ? 'call-completed' : 'caller-gone', ending.reason)
    const closing = this.leg.close()
    this.node.meetings.remove(this)
    if (!closing) queueMicrotask(() => this.closed(undefined))
    return true
  }

  private closed(quality: RtpStats | undefined): void {
    const { ending } = this.life
    if (!ending || this.isClosed) return
    this.isClosed = true
    const lost = this.sessions.lost()
    if (lost) this.sessionOver(lost)
    this.activities.close()
    this.observers.tell('ended', this.life.closed(ending, quality))
    this.node.over(this)
  }

  private guarded(task: () => void, failed: (thrown: unknown) => void = () => {}): void {
    try {
      task()
    } catch (thrown) {
      this.log.error({ err: thrown, code: 'internal_error' }, `a driver failed: ${messageOf(thrown)}`)
      failed(thrown)
    }
  }
}
