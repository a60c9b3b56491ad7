import { ParleyError } from '../../src/base/errors.js'
import { SimulatedClock } from '../../src/base/simulated-clock.js'
import {
  type BridgeOptions,
  type CallControl,
  type CallEnding,
  type CallHandling,
  type CallObserver,
  type CallService,
  type CallState,
  type ConferenceOptions,
  type DialRequest,
  type HeaderLines,
  type ListenListener,
  newCallIdentity,
  newSessionId,
  type Recognition,
  type Recording,
  type Routing,
  type Stoppable,
  type Streaming,
} from '../../src/calls/index.js'
import type {
  Announcement,
  AnnouncementEnd,
  Answerer,
  AnswerFinding,
  AnswerWish,
  ListenWish,
  RecordEnd,
  RecordWish,
  StreamEnd,
  StreamWish,
} from '../../src/media/index.js'
import type { CallFacts, RelaySettings } from '../../src/protocol/index.js'
import type { EndCause, SessionResult } from '../../src/session/index.js'
import type { IncomingRefer, ReferOutcome } from '../../src/sip/index.js'

export interface FakeCallOptions {
  readonly clock?: SimulatedClock
  readonly direction?: 'inbound' | 'outbound'
  readonly from?: string
  readonly to?: string
  readonly headers?: HeaderLines
  readonly offeredCodecs?: readonly string[]
  readonly callSessionId?: string
  readonly parentCallSid?: string
}

let seed = 0
/** Random bytes that differ from call to call and are the same in every run. */
const random = (count: number): Buffer => {
  seed++
  return Buffer.from(Array.from({ length: count }, (_, i) => (seed * 31 + i * 7) & 0xff))
}

/**
 * A call without SIP and without media, for tests of what drives calls: it writes down what it is told (`told`, one line
 * each) and plays the party when asked (`pickUp`, `press`, `hangUp` …). Announcements begin at once and end when told
 * (`finishAnnouncement`), in order, as on a real leg.
 */
export class FakeCall implements CallControl {
  readonly identity
  readonly facts: CallFacts
  readonly direction: 'inbound' | 'outbound'
  readonly dialled: string
  readonly headers: HeaderLines
  readonly offeredCodecs: readonly string[]
  readonly startedAt: number
  readonly clock: SimulatedClock
  state: CallState = 'ringing'
  answeredAt: number | undefined
  endedAt: number | undefined
  ending: CallEnding | undefined
  codec: string | undefined
  hasMedia = true
  session: string | undefined
  partner: FakeCall | undefined
  /** What it was told, in order: `ring`, `answer`, `reject 486 busy`, `hangup bye`, `limit 5000` … */
  readonly told: string[] = []
  /** Header lines of the last answer or BYE. */
  sentHeaders: HeaderLines = []
  /** Settings of every session that was started. */
  readonly sessions: RelaySettings[] = []
  readonly announcements: FakePlaying[] = []
  /** What is heard over them. */
  readonly overlays: FakePlaying[] = []
  /** What was said in the party's place. */
  readonly spoken: FakePlaying[] = []
  readonly listenings: FakeListening[] = []
  readonly watches: FakeWatch[] = []
  readonly voices: FakeVoice[] = []
  readonly recordings: FakeRecording[] = []
  readonly streams: FakeStreaming[] = []
  /** What `refer` answers. */
  referOutcome: ReferOutcome = { status: 202, notified: 200 }
  bridgeOptions: BridgeOptions | undefined
  conference: { readonly name: string; readonly options: ConferenceOptions } | undefined
  private readonly observers: CallObserver[] = []
  private sessionStartedAt = 0

  constructor(options: FakeCallOptions = {}) {
    const { direction = 'inbound', from = '+15550001111', to = '+13122010094' } = options
    this.clock = options.clock ?? new SimulatedClock(1_700_000_000_000)
    const identity = newCallIdentity(random)
    this.identity = { ...identity, callSessionId: options.callSessionId ?? identity.callSessionId }
    this.direction = direction
    this.dialled = to
    this.headers = options.headers ?? []
    this.offeredCodecs = options.offeredCodecs ?? []
    this.startedAt = this.clock.now()
    this.facts = {
      ...this.identity,
      accountSid: 'AC00000000000000000000000000000001',
      accountId: '00000000-0000-4000-8000-000000000001',
      parentCallSid: options.parentCallSid ?? '',
      from,
      to,
      forwardedFrom: '',
      callerName: '',
      direction,
      callType: direction === 'inbound' || /^\+?\d+$/.test(to) ? 'PSTN' : 'SIP',
    }
  }

  // What a driver may do with a call.

  observe(observer: CallObserver): () => void {
    this.observers.push(observer)
    return () => void this.observers.splice(this.observers.indexOf(observer), 1)
  }

  ring(): void {
    this.told.push('ring')
  }

  earlyMedia(): void {
    if (this.state === 'ringing') this.told.push('early media')
  }

  answer(headers: HeaderLines = [], options: { readonly codecs?: readonly string[] | undefined } = {}): void {
    if (this.state !== 'ringing') return
    this.sentHeaders = headers
    this.told.push(['answer', ...(options.codecs ?? [])].join(' '))
    this.pickUp()
  }

  reject(status: number, reason?: string, phrase?: string): void {
    if (this.state === 'ended') return
    this.told.push(['reject', status, reason, phrase].filter(Boolean).join(' '))
    const cause = status === 486 ? 'busy' : 'rejected'
    this.end({ status: status === 486 ? 'busy' : 'failed', by: 'relay', cause, sipStatus: status })
  }

  hangup(reason: string, headers: HeaderLines = []): void {
    if (this.state === 'ended') return
    this.sentHeaders = headers
    this.told.push(`hangup ${reason}`)
    const answered = this.state === 'answered'
    this.end({
      status: answered ? 'completed' : 'canceled',
      by: 'relay',
      cause: answered ? 'normal' : 'canceled',
      reason,
    })
  }

  limit(ms: number): void {
    this.told.push(`limit ${ms}`)
  }

  startSession(settings: RelaySettings): string {
    if (this.state === 'ended') throw new ParleyError('call_over')
    if (this.session) throw new ParleyError('session_in_progress')
    this.sessions.push(settings)
    this.session = newSessionId(settings.dialect, random)
    this.sessionStartedAt = this.clock.now()
    this.told.push(`session ${settings.url}`)
    return this.session
  }

  endSession(cause: Extract<EndCause, 'stopped' | 'call-completed'>, detail: string): void {
    if (!this.session) return
    this.told.push(`end session ${cause}`)
    this.sessionOver(cause, { detail })
  }

  announce(item: Announcement, id = `announcement-${this.announcements.length + 1}`): FakePlaying {
    const playing = new FakePlaying(item, id)
    this.announcements.push(playing)
    this.told.push(`announce ${item.kind}`)
    if (this.state === 'ended') playing.finish('leg-closed')
    else this.playNext()
    playing.over.then(() => this.playNext())
    return playing
  }

  announceOver(item: Announcement): FakePlaying {
    const playing = new FakePlaying(item, `overlay-${this.overlays.length + 1}`)
    this.overlays.push(playing)
    this.told.push(`announce over ${item.kind}`)
    if (this.state === 'ended') playing.finish('leg-closed')
    else playing.begin()
    return playing
  }

  speakAsParty(item: Announcement, id = `said-${this.spoken.length + 1}`): FakePlaying {
    const playing = new FakePlaying(item, id)
    this.spoken.push(playing)
    this.told.push(`speak as party ${item.kind}`)
    if (this.state === 'ended') playing.finish('leg-closed')
    return playing
  }

  stopSpeakingAsParty(): void {
    this.told.push('stop speaking as party')
    for (const playing of this.spoken) playing.finish('stopped')
  }

  stopAnnouncing(): void {
    this.told.push('stop announcing')
    for (const playing of this.announcements) playing.finish('stopped')
  }

  listen(wish: ListenWish, listener: ListenListener): FakeListening {
    const listening = new FakeListening(wish, listener, `listening-${this.listenings.length + 1}`)
    this.listenings.push(listening)
    this.told.push(`listen ${wish.track}`)
    return listening
  }

  watchAnswer(wish: AnswerWish, found: (finding: AnswerFinding) => void): FakeWatch {
    const watch = new FakeWatch(wish, found, `watch-${this.watches.length + 1}`)
    this.watches.push(watch)
    this.told.push('watch answer')
    return watch
  }

  watchVoice(heard: (on: boolean) => void): FakeVoice {
    const voice = new FakeVoice(heard, `voice-${this.voices.length + 1}`)
    this.voices.push(voice)
    return voice
  }

  record(wish: RecordWish, id = `recording-${this.recordings.length + 1}`): FakeRecording {
    const recording = new FakeRecording(wish, id)
    this.recordings.push(recording)
    this.told.push(`record ${wish.format}`)
    return recording
  }

  stream(wish: StreamWish, id = `stream-${this.streams.length + 1}`): FakeStreaming {
    const streaming = new FakeStreaming(wish, id)
    this.streams.push(streaming)
    this.told.push(`stream ${wish.url}`)
    return streaming
  }

  bridge(other: FakeCall, options: BridgeOptions = {}): void {
    this.told.push('bridge')
    this.bridgeOptions = options
    if (this.partner !== other) for (const side of [this, other]) side.part('asked')
    this.partner = other
    other.partner = this
    this.tell((observer) => observer.bridged?.(other))
    other.tell((observer) => observer.bridged?.(this))
  }

  unbridge(): void {
    this.told.push('unbridge')
    this.part('asked')
  }

  joinConference(name: string, options: ConferenceOptions): void {
    this.conference = { name, options }
    this.told.push(`conference ${name}`)
  }

  setConference(changes: Partial<ConferenceOptions>): void {
    if (this.conference)
      this.conference = { ...this.conference, options: { ...this.conference.options, ...changes } }
    this.told.push(`conference ${JSON.stringify(changes)}`)
  }

  leaveConference(): void {
    this.conference = undefined
    this.told.push('leave conference')
  }

  limitDelay(maxMs?: number): void {
    this.told.push(`limit delay ${maxMs ?? 'as ever'}`)
  }

  async refer(target: string): Promise<ReferOutcome> {
    this.told.push(`refer ${target}`)
    return this.referOutcome
  }

  // What a party does.

  /** The callee's phone rings. */
  ringing(early = false): void {
    this.tell((observer) => observer.ringing?.(early))
  }

  /** The call is answered, whichever way it goes. */
  pickUp(): void {
    if (this.state !== 'ringing') return
    this.state = 'answered'
    this.answeredAt = this.clock.now()
    this.codec = 'PCMU'
    this.tell((observer) => observer.answered?.())
  }

  press(digits: string): void {
    for (const digit of digits) this.tell((observer) => observer.digit?.(digit))
  }

  hold(on: boolean): void {
    this.tell((observer) => observer.held?.(on))
  }

  /** The party hangs up. */
  hangUp(): void {
    const by = this.direction === 'inbound' ? 'caller' : 'callee'
    const answered = this.state === 'answered'
    this.end({
      status: answered ? 'completed' : 'canceled',
      by,
      cause: answered ? 'normal' : 'canceled',
      reason: 'bye',
    })
  }

  /** The party asks us to call somebody else. Tells whether an observer took it. */
  referred(refer: IncomingRefer): boolean {
    let taken = false
    this.tell((observer) => {
      taken ||= observer.referred?.(refer) ?? false
    })
    return taken
  }

  sessionReady(): void {
    const { session } = this
    if (session) this.tell((observer) => observer.sessionReady?.(session))
  }

  /** The session ends. */
  sessionOver(
    cause: EndCause,
    more: Partial<Pick<SessionResult, 'detail' | 'handoffData' | 'engines'>> = {},
  ): void {
    if (!this.session) return
    const result = {
      sessionId: this.session,
      cause,
      startedAt: this.sessionStartedAt,
      endedAt: this.clock.now(),
      detail: '',
      ...more,
    } as SessionResult
    this.session = undefined
    this.tell((observer) => observer.sessionEnded?.(result))
  }

  /** The call ends: session first, then the bridge, then everything else; nothing follows. */
  end(ending: Partial<CallEnding> = {}): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.endedAt = this.clock.now()
    this.ending = {
      status: 'completed',
      by: 'caller',
      cause: 'normal',
      reason: '',
      sipStatus: undefined,
      quality: undefined,
      ...ending,
    }
    this.sessionOver(this.ending.by === 'relay' ? 'call-completed' : 'caller-gone')
    for (const playing of this.announcements) playing.finish('leg-closed')
    for (const recording of this.recordings) recording.finish('leg-closed')
    for (const listening of this.listenings) listening.settle()
    for (const stream of this.streams) stream.finish('leg-closed')
    this.part('other-ended')
    this.tell((observer) => observer.ended?.(this.ending!))
  }

  /** Ends what is being announced; the next one begins. */
  finishAnnouncement(end: AnnouncementEnd = 'completed', detail = '', code?: string): void {
    this.announcements.find((playing) => !playing.isOver)?.finish(end, detail, code)
  }

  private playNext(): void {
    this.announcements.find((playing) => !playing.isOver)?.begin()
  }

  private part(cause: 'other-ended' | 'asked'): void {
    const { partner } = this
    if (!partner) return
    this.partner = undefined
    partner.partner = undefined
    if (this.state !== 'ended') this.tell((observer) => observer.unbridged?.(partner, cause))
    partner.tell((observer) => observer.unbridged?.(this, cause))
  }

  private tell(what: (observer: CallObserver) => void): void {
    for (const observer of [...this.observers]) what(observer)
  }
}

/** A promise and what settles it. */
class Deferred<Value> {
  settle!: (value: Value) => void
  readonly promise = new Promise<Value>((resolve) => {
    this.settle = resolve
  })
}

export class FakePlaying {
  private readonly begun = new Deferred<void>()
  private readonly finished = new Deferred<{
    end: AnnouncementEnd
    detail: string
    code: string | undefined
  }>()
  readonly started = this.begun.promise
  readonly ended = this.finished.promise
  /** As `ended`, settled before those who wait for `ended` are told. */
  readonly over = this.finished.promise
  isOver = false

  constructor(
    readonly item: Announcement,
    readonly id: string,
  ) {}

  begin(): void {
    this.begun.settle()
  }

  finish(end: AnnouncementEnd, detail = '', code?: string): void {
    if (this.isOver) return
    this.isOver = true
    this.begun.settle()
    this.finished.settle({ end, detail, code })
  }

  stop(): void {
    this.finish('stopped')
  }
}

export class FakeWatch implements Stoppable {
  stopped = false

  constructor(
    readonly wish: AnswerWish,
    private readonly found: (finding: AnswerFinding) => void,
    readonly id: string,
  ) {}

  answered(by: Answerer, more: { readonly words?: number; readonly afterMs?: number } = {}): void {
    this.find({ kind: 'answered', by, words: 1, afterMs: 1000, ...more })
  }

  greetingEnded(how: 'beep' | 'silence' | 'timeout'): void {
    this.find({ kind: 'greeting-ended', how, afterMs: 5000 })
  }

  stop(): void {
    this.stopped = true
  }

  private find(finding: AnswerFinding): void {
    if (!this.stopped) this.found(finding)
  }
}

/** Whether a party speaks, as somebody is told. */
export class FakeVoice implements Stoppable {
  stopped = false

  constructor(
    private readonly heard: (on: boolean) => void,
    readonly id: string,
  ) {}

  speaks(on: boolean): void {
    if (!this.stopped) this.heard(on)
  }

  stop(): void {
    this.stopped = true
  }
}

export class FakeListening implements Recognition {
  stopped = false
  /** What is said last takes a while to be settled: until `settle`. */
  slow = false
  private readonly over = new Deferred<void>()
  readonly ended = this.over.promise

  constructor(
    readonly wish: ListenWish,
    private readonly listener: ListenListener,
    readonly id: string,
  ) {}

  hear(text: string, { final = true, confidence }: { final?: boolean; confidence?: number } = {}): void {
    if (!this.stopped || this.slow)
      this.listener.heard({ text, final, language: this.wish.language, confidence })
  }

  voice(on: boolean): void {
    if (!this.stopped) this.listener.voice?.(on)
  }

  fail(detail: string): void {
    this.settle()
    this.listener.failed?.(detail)
  }

  stop(): void {
    this.stopped = true
    if (!this.slow) this.settle()
  }

  /** Nothing follows. */
  settle(): void {
    this.slow = false
    this.over.settle()
  }
}

export class FakeRecording implements Recording {
  private readonly begun = new Deferred<void>()
  private readonly finished = new Deferred<{
    end: RecordEnd
    durationMs: number
    bytes: number
    detail: string
  }>()
  readonly started = this.begun.promise
  readonly ended = this.finished.promise
  paused = false
  silent = false
  isOver = false

  constructor(
    readonly wish: RecordWish,
    readonly id: string,
  ) {
    this.begun.settle()
  }

  pause(paused: boolean, silent = false): void {
    this.paused = paused
    this.silent = silent
  }

  finish(end: RecordEnd, durationMs = 2000, detail = ''): void {
    if (this.isOver) return
    this.isOver = true
    this.finished.settle({ end, durationMs, bytes: durationMs * 16, detail })
  }

  stop(): void {
    this.finish('stopped')
  }
}

export class FakeStreaming implements Streaming {
  private readonly begun = new Deferred<void>()
  private readonly finished = new Deferred<{ end: StreamEnd; detail: string }>()
  readonly started = this.begun.promise
  readonly ended = this.finished.promise
  isOver = false

  constructor(
    readonly wish: StreamWish,
    readonly id: string,
  ) {}

  /** The app's socket is up. */
  connect(): void {
    this.begun.settle()
  }

  finish(end: StreamEnd, detail = ''): void {
    if (this.isOver) return
    this.isOver = true
    this.begun.settle()
    this.finished.settle({ end, detail })
  }

  stop(): void {
    this.finish('stopped')
  }
}

/** All calls of a node without SIP: `dial` makes outbound ones, `incoming` lets one come in through a routing. */
export class FakeCalls implements CallService {
  readonly clock: SimulatedClock
  readonly dials: DialRequest[] = []
  readonly all: FakeCall[] = []
  /** Thrown by the next `dial`. */
  refuseNext: ParleyError | undefined

  constructor(clock = new SimulatedClock(1_700_000_000_000)) {
    this.clock = clock
  }

  dial(request: DialRequest): FakeCall {
    const refusal = this.refuseNext
    this.refuseNext = undefined
    if (refusal) throw refusal
    this.dials.push(request)
    const { from, to, related, child } = request
    const callSessionId = related?.identity.callSessionId
    const call = new FakeCall({
      clock: this.clock,
      direction: 'outbound',
      from,
      to,
      ...(callSessionId && { callSessionId }),
      ...(child && related && { parentCallSid: related.identity.callSid }),
    })
    this.all.push(call)
    return call
  }

  get(id: string): FakeCall | undefined {
    return this.all.find(({ identity }) =>
      [identity.callSid, identity.callControlId, identity.callLegId].includes(id),
    )
  }

  list(): readonly FakeCall[] {
    return this.all.filter(({ state }) => state !== 'ended')
  }

  conference(name: string): readonly FakeCall[] {
    return this.list().filter(({ conference }) => conference?.name === name)
  }

  /** A call comes in; undefined handling when nobody takes it. */
  incoming(
    routing: Routing,
    options: FakeCallOptions = {},
  ): { call: FakeCall; handling: CallHandling | undefined } {
    const call = new FakeCall({ clock: this.clock, ...options })
    const { dialled, facts, headers } = call
    const handling = routing({ dialled, from: facts.from, headers })
    if (handling) {
      this.all.push(call)
      handling.drive(call)
    }
    return { call, handling }
  }

  /** The call that was dialled last. */
  get last(): FakeCall {
    const call = this.all.at(-1)
    if (!call) throw new Error('no call')
    return call
  }
}
