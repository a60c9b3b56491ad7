import { messageOf, ParleyError } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { Announcement, ListenWish, MediaEvent, RecordWish, StreamWish } from '../../media/index.js'
import type { CallFacts, RelaySettings } from '../../protocol/index.js'
import type { RtpStats } from '../../rtp/index.js'
import type { SessionResult } from '../../session/index.js'
import type { IncomingRefer, ReferOutcome } from '../../sip/index.js'
import type {
  BridgeOptions,
  CallControl,
  CallEnding,
  CallObserver,
  CallState,
  ConferenceOptions,
  HeaderLines,
  ListenListener,
  Playing,
  Recording,
  Stoppable,
  Streaming,
} from '../call-control.js'
import type { CallDriver } from '../call-service.js'
import { type CallIdentity, uuid } from '../identity.js'
import type { LegWish, Line, LineHost } from '../line/line.js'
import type { Meetings } from '../meetings.js'
import type { Participant } from '../participant.js'
import { Activities } from './activities.js'
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
  /** The call is over and its media closed. */
  over(call: Call): void
}

/**
 * One leg of a call, whichever way it goes. Joins what it is made of and decides nothing but who hears of what: its
 * line (signalling), its leg and activities (media), its sessions, its life, its part in meetings, its observers.
 */
export class Call implements CallControl, LineHost, Participant {
  readonly identity: CallIdentity
  readonly facts: CallFacts
  readonly direction: 'inbound' | 'outbound'
  readonly dialled: string
  readonly headers: HeaderLines
  readonly leg: CallLeg
  readonly observers: Observers
  private readonly line: Line
  private readonly life: CallLife
  private readonly journal: CallJournal
  private readonly sessions: CallSessions
  private readonly activities: Activities
  private readonly log: Log
  private isClosed = false

  constructor(
    private readonly options: CallOptions,
    { clock, random, records, media, log }: CallDependencies,
    private readonly node: CallNode,
  ) {
    const { identity, facts } = options
    this.identity = identity
    this.facts = facts
    this.direction = facts.direction
    this.dialled = options.dialled
    this.headers = options.headers
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
  }

  /** Writes the call down and opens its media; the driver, or the INVITE, follows when that is done. */
  begin(): void {
    const { facts, dialled, route, recording, near } = this.options
    const { startedAt, line } = this
    this.journal.started({ facts, dialled, startedAt, sipCallId: line.callId, route, recording })
    this.node.meetings.add(this)
    line.begin({ recording, near })
  }

  get state(): CallState {
    return this.life.state
  }

  get over(): boolean {
    return this.life.state === 'ended'
  }

  get startedAt(): number {
    return this.life.startedAt
  }

  get answeredAt(): number | undefined {
    return this.life.answeredAt
  }

  get endedAt(): number | undefined {
    return this.life.endedAt
  }

  get ending(): CallEnding | undefined {
    return this.life.ending
  }

  get codec(): string | undefined {
    return this.line.media?.codec
  }

  get hasMedia(): boolean {
    return this.line.media !== undefined
  }

  get session(): string | undefined {
    return this.sessions.current
  }

  get partner(): CallControl | undefined {
    return this.node.meetings.partnerOf(this)
  }

  get conference(): CallControl['conference'] {
    return this.node.meetings.conferenceOf(this)
  }

  /** @see Participant */
  get call(): CallControl {
    return this
  }

  observe(observer: CallObserver): () => void {
    return this.observers.add(observer)
  }

  ring(): void {
    if (this.state === 'ringing') this.line.ring()
  }

  answer(headers: HeaderLines = []): void {
    if (this.state === 'ringing') this.line.answer(headers)
  }

  reject(status: number, reason = String(status), phrase?: string): void {
    if (!this.line.refusable) this.hangup(reason)
    else if (this.end(refused(status, reason))) this.line.refuse(status, phrase)
  }

  hangup(reason: string, headers: HeaderLines = []): void {
    this.finish(hungUp(this, reason), headers)
  }

  limit(ms: number): void {
    this.life.limit(ms)
  }

  startSession(settings: RelaySettings): string {
    if (this.over) throw new ParleyError('call_over', `The call ${this.identity.callSid} is over.`)
    return this.sessions.start(settings, this.state === 'answered')
  }

  endSession(cause: 'stopped' | 'call-completed', detail: string): void {
    this.sessions.end(cause, detail)
  }

  announce(item: Announcement, id?: string): Playing {
    return this.activities.announce(item, id)
  }

  stopAnnouncing(): void {
    this.activities.stopAnnouncing()
  }

  listen(wish: ListenWish, listener: ListenListener): Stoppable {
    return this.activities.listen(wish, listener)
  }

  record(wish: RecordWish, id?: string): Recording {
    return this.activities.record(wish, id)
  }

  stream(wish: StreamWish, id?: string): Streaming {
    return this.activities.stream(wish, id)
  }

  bridge(other: CallControl, options?: BridgeOptions): void {
    this.node.meetings.bridge(this, other, options)
  }

  unbridge(): void {
    this.node.meetings.unbridge(this)
  }

  joinConference(name: string, options: ConferenceOptions): void {
    this.node.meetings.joinConference(this, name, options)
  }

  setConference(changes: Partial<ConferenceOptions>): void {
    this.node.meetings.setConference(this, changes)
  }

  leaveConference(): void {
    this.node.meetings.leaveConference(this)
  }

  refer(target: string, headers: HeaderLines = []): Promise<ReferOutcome> {
    if (this.state !== 'answered') return Promise.resolve({ status: 481, notified: undefined })
    return this.line.refer(target, headers)
  }

  /** The node shuts down and cuts the call. */
  cut(): void {
    this.sessions.end('shutting-down', 'the drain time is over')
    this.reject(503, 'shutting-down', 'shutting down')
  }

  /** @see LineHost */
  placed(callId: string): void {
    this.journal.placed(callId)
  }

  /** @see LineHost */
  ringing(early: boolean): void {
    this.journal.ringing()
    this.observers.tell('ringing', early)
  }

  /** @see LineHost */
  answered(): void {
    if (!this.life.answered(this.codec)) return
    this.sessions.answered()
    this.observers.tell('answered')
  }

  /** @see LineHost */
  held(on: boolean): void {
    this.observers.tell('held', on)
  }

  /** @see LineHost */
  referred(refer: IncomingRefer): void {
    if (this.over || !this.observers.offer(refer)) refer.reject(603)
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
    this.guarded(() => drive(this), failed)
  }

  private mediaFailed(detail: string): void {
    this.log.error({ detail }, 'no media for the call')
    this.leg.gone()
    if (this.over) this.closed(undefined)
    else this.reject(503, 'No media ports')
  }

  private mediaGone(reason: 'rtp-timeout' | 'failed'): void {
    // A callee who has not answered need not send anything.
    if (this.direction === 'outbound' && this.state === 'ringing' && reason === 'rtp-timeout') return
    this.finish(broken(this, reason === 'rtp-timeout' ? 'media-timeout' : 'failed', reason))
  }

  private sessionOver(result: SessionResult): void {
    if (!this.sessions.over(result)) {
      const { cause } = result
      this.finish(cause === 'rtp-timeout' ? broken(this, 'media-timeout', cause) : hungUp(this, cause))
    }
    this.observers.tell('sessionEnded', result)
  }

  private finish(ending: Ending, headers: HeaderLines = []): void {
    if (this.end(ending)) this.line.hangup(headers)
  }

  /** First cause wins: ends the session, leaves the meeting, closes the leg; `closed` follows when that is done. */
  private end(ending: Ending): boolean {
    if (!this.life.end(ending)) return false
    this.sessions.end(ending.by === 'relay' ? 'call-completed' : 'caller-gone', ending.reason)
    this.node.meetings.remove(this)
    if (!this.leg.close()) queueMicrotask(() => this.closed(undefined))
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
