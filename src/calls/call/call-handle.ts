import { ParleyError } from '../../base/errors.js'
import type {
  Announcement,
  AnswerFinding,
  AnswerWish,
  ListenWish,
  RecordWish,
  StreamWish,
} from '../../media/index.js'
import type { CallFacts, RelaySettings } from '../../protocol/index.js'
import type { ReferOutcome } from '../../sip/index.js'
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
  Recognition,
  Recording,
  Stoppable,
  Streaming,
} from '../call-control.js'
import type { CallIdentity } from '../identity.js'
import { knownCodecs } from '../line/known-codecs.js'
import type { Meetings } from '../meetings.js'
import type { Call } from './call.js'

/** A call as its drivers have it in hand. */
export class CallHandle implements CallControl {
  constructor(
    private readonly call: Call,
    private readonly meetings: Meetings,
  ) {}

  get identity(): CallIdentity {
    return this.call.options.identity
  }

  get facts(): CallFacts {
    return this.call.options.facts
  }

  get direction(): 'inbound' | 'outbound' {
    return this.call.direction
  }

  get dialled(): string {
    return this.call.options.dialled
  }

  get headers(): HeaderLines {
    return this.call.options.headers
  }

  get offeredCodecs(): readonly string[] {
    return this.call.options.offeredCodecs ?? []
  }

  get state(): CallState {
    return this.call.life.state
  }

  get startedAt(): number {
    return this.call.life.startedAt
  }

  get answeredAt(): number | undefined {
    return this.call.life.answeredAt
  }

  get endedAt(): number | undefined {
    return this.call.life.endedAt
  }

  get ending(): CallEnding | undefined {
    return this.call.life.ending
  }

  get codec(): string | undefined {
    return this.call.line.media?.codec
  }

  get hasMedia(): boolean {
    return this.call.line.media !== undefined
  }

  get session(): string | undefined {
    return this.call.sessions.current
  }

  get partner(): CallControl | undefined {
    return this.meetings.partnerOf(this.call)
  }

  get conference(): CallControl['conference'] {
    return this.meetings.conferenceOf(this.call)
  }

  observe(observer: CallObserver): () => void {
    return this.call.observers.add(observer)
  }

  ring(): void {
    if (this.state === 'ringing') this.call.line.ring()
  }

  earlyMedia(): void {
    if (this.state === 'ringing') this.call.line.earlyMedia()
  }

  answer(
    headers: HeaderLines = [],
    { codecs }: { readonly codecs?: readonly string[] | undefined } = {},
  ): void {
    if (this.state === 'ringing') this.call.line.answer(headers, knownCodecs(codecs))
  }

  reject(status: number, reason?: string, phrase?: string): void {
    this.call.reject(status, reason, phrase)
  }

  hangup(reason: string, headers?: HeaderLines): void {
    this.call.hangup(reason, headers)
  }

  limit(ms: number): void {
    this.call.life.limit(ms)
  }

  startSession(settings: RelaySettings): string {
    if (this.state === 'ended')
      throw new ParleyError('call_over', `The call ${this.identity.callSid} is over.`)
    return this.call.sessions.start(settings, this.state === 'answered')
  }

  endSession(cause: 'stopped' | 'call-completed', detail: string): void {
    this.call.sessions.end(cause, detail)
  }

  announce(item: Announcement, id?: string): Playing {
    return this.call.activities.announce(item, id)
  }

  announceOver(item: Announcement): Playing {
    return this.call.activities.announce(item, undefined, true)
  }

  stopAnnouncing(): void {
    this.call.activities.stopAnnouncing()
  }

  speakAsParty(item: Announcement, id?: string): Playing {
    return this.call.activities.speakAsParty(item, id)
  }

  stopSpeakingAsParty(): void {
    this.call.activities.stopSpeakingAsParty()
  }

  listen(wish: ListenWish, listener: ListenListener): Recognition {
    return this.call.activities.listen(wish, listener)
  }

  watchAnswer(wish: AnswerWish, found: (finding: AnswerFinding) => void): Stoppable {
    return this.call.activities.watchAnswer(wish, found)
  }

  watchVoice(heard: (on: boolean) => void): Stoppable {
    return this.call.activities.watchVoice(heard)
  }

  record(wish: RecordWish, id?: string): Recording {
    return this.call.activities.record(wish, id)
  }

  stream(wish: StreamWish, id?: string): Streaming {
    return this.call.activities.stream(wish, id)
  }

  bridge(other: CallControl, options?: BridgeOptions): void {
    this.meetings.bridge(this.call, other, options)
  }

  unbridge(): void {
    this.meetings.unbridge(this.call)
  }

  joinConference(name: string, options: ConferenceOptions): void {
    this.meetings.joinConference(this.call, name, options)
  }

  setConference(changes: Partial<ConferenceOptions>): void {
    this.meetings.setConference(this.call, changes)
  }

  leaveConference(): void {
    this.meetings.leaveConference(this.call)
  }

  limitDelay(maxMs?: number): void {
    const { leg } = this.call
    leg.send({ type: 'limit-delay', leg: leg.id, maxMs })
  }

  refer(target: string, headers: HeaderLines = []): Promise<ReferOutcome> {
    if (this.state !== 'answered') return Promise.resolve({ status: 481, notified: undefined })
    return this.call.line.refer(target, headers)
  }
}
