import { EventEmitter } from 'node:events'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { type CallFacts, parseRelaySettings } from '../../../src/protocol/index.js'
import type { AppSocketListener } from '../../../src/session/app-socket.js'
import {
  type FrameSource,
  type Leg,
  type LegListener,
  RelaySession,
  type SessionResult,
  type TimelineEvent,
} from '../../../src/session/index.js'
import type {
  Listening,
  ListeningEvents,
  SpeakRequest,
  SpeechAudio,
  SpeechObserver,
  SpeechToText,
  TextToSpeech,
  VoiceDetector,
  VoiceListener,
} from '../../../src/speech/index.js'

/** ms of audio that the fake voice takes for a character. */
export const MS_PER_CHARACTER = 50

/** How long a voice took for a text: ms until its first audio, and ms of it. */
export type Spoken = readonly [text: string, afterMs: number, lengthMs: number]

/** An engine whose speech is a steady tone, 50 ms a character, all of it at once; or as long as a voice once took. */
export class FakeTts implements TextToSpeech {
  readonly name = 'fake'
  readonly ssml = false
  readonly asked: string[] = []
  fail: Error | undefined
  private readonly spoken: Spoken[]

  constructor(
    private readonly clock: SimulatedClock,
    spoken: readonly Spoken[] = [],
  ) {
    this.spoken = [...spoken]
  }

  async *speak(request: SpeakRequest): AsyncIterable<SpeechAudio> {
    this.asked.push(request.text)
    if (this.fail) throw this.fail
    const at = this.spoken.findIndex(([text]) => text === request.text.trim())
    const [, afterMs, lengthMs] = this.spoken.splice(at, at < 0 ? 0 : 1)[0] ?? [
      '',
      0,
      request.text.length * MS_PER_CHARACTER,
    ]
    if (afterMs > 0) await new Promise<void>((resolve) => this.clock.after(afterMs, resolve))
    const samples = Math.round((lengthMs * request.sampleRate) / 1000)
    const pcm = Int16Array.from({ length: samples }, (_, i) => Math.round(8_000 * Math.sin(i / 3)))
    yield { pcm, sampleRate: request.sampleRate, marks: [] }
  }
}

export class FakeListening extends EventEmitter<ListeningEvents> implements Listening {
  finalized = 0
  closed = false
  /** Frames written as voiced. */
  voiced = 0
  write(_frame: Int16Array, voiced: boolean): void {
    if (voiced) this.voiced++
  }
  finalize(): void {
    this.finalized++
  }
  async close(): Promise<void> {
    this.closed = true
  }
  /** Says a partial, as an engine would. */
  hears(text: string): void {
    this.emit('partial', { text, language: 'en-US' })
  }
  settles(text: string): void {
    this.emit('final', { text, language: 'en-US' })
  }
}

export class FakeStt implements SpeechToText {
  readonly name = 'fake'
  readonly opened: FakeListening[] = []
  constructor(readonly endpointing: 'engine' | 'relay' = 'relay') {}
  open(): FakeListening {
    const listening = new FakeListening()
    this.opened.push(listening)
    return listening
  }
  get now(): FakeListening {
    return this.opened.at(-1)!
  }
}

export const call: CallFacts = {
  accountSid: 'AC00000000000000000000000000000001',
  accountId: '1f1a8b6f-1234-4abc-9def-1234567890ab',
  callSid: 'CA00000000000000000000000000000001',
  parentCallSid: '',
  callControlId: 'v3:abc',
  callSessionId: 'ff55a038-6f5d-11ef-9692-02420aeffb1f',
  callLegId: '428c31b6-7af4-4b6f-92e7-7a7e6a4f1d44',
  from: '+15550100001',
  to: '+15550100002',
  forwardedFrom: '',
  callerName: '',
  direction: 'inbound',
  callType: 'PSTN',
}

/** A session in simulated time: its leg, engines and app are under the test's control. */
export class Rig {
  readonly clock = new SimulatedClock(1_700_000_000_000)
  readonly tts: FakeTts
  readonly stt: FakeStt
  readonly timeline: TimelineEvent[] = []
  /** Frames the app got, with the simulated time of each. */
  readonly frames: { at: number; frame: Record<string, unknown> & { type: string } }[] = []
  readonly digitsSent: string[] = []
  /** For each 20 ms: whether anything was played. */
  readonly played: boolean[] = []
  /** What the caller's side sends, frame by frame; silence when empty. */
  readonly callerFrames: Int16Array[] = []
  readonly lastFrame = new Int16Array(320)
  readonly session: RelaySession
  appListener!: AppSocketListener
  socketClosed: { code: number; reason: string } | undefined
  result: SessionResult | undefined
  ready = 0
  voice!: VoiceListener
  /** Whom engines that stand in for each other tell of failures. */
  engineFailed: SpeechObserver | undefined
  private listener: LegListener | undefined
  private source: FrameSource | undefined
  private readonly start: number

  constructor(
    { refusal, ...settings }: Record<string, unknown> & { refusal?: string } = {},
    {
      answered = true,
      endpointing = 'relay' as 'engine' | 'relay',
      sessionMs = 3_600_000,
      spoken = [] as readonly Spoken[],
      /** How long the leg takes to press some keys. */
      digitsMs = 0,
    } = {},
  ) {
    this.tts = new FakeTts(this.clock, spoken)
    this.stt = new FakeStt(endpointing)
    this.start = this.clock.now()
    const leg: Leg = {
      id: 'leg',
      sampleRate: 16_000,
      attach: (listener, source) => {
        this.listener = listener
        this.source = source
        return () => {
          this.listener = undefined
          this.source = undefined
        }
      },
      sendDigits: async (digits) => {
        this.digitsSent.push(digits)
        if (digitsMs > 0) await new Promise<void>((resolve) => this.clock.after(digitsMs, resolve))
      },
    }
    const detector: VoiceDetector = {
      open: (_rate, listener) => {
        this.voice = listener
        return { write() {}, close() {} }
      },
      close: async () => {},
    }
    this.session = new RelaySession(
      {
        sessionId: 'VX00000000000000000000000000000001',
        settings: {
          ...parseRelaySettings({ url: 'ws://127.0.0.1:9/ws', dialect: 'twilio', ...settings }),
          refusal,
        },
        call,
        leg,
        answered,
        host: { ready: () => this.ready++, ended: (result) => (this.result = result) },
      },
      {
        clock: this.clock,
        engines: {
          resolveTts: ({ language, voice, observer }) => {
            this.engineFailed = observer
            return { engine: this.tts, voice, language }
          },
          resolveStt: ({ language }) => ({ engine: this.stt, language }),
        },
        detector,
        dial: (_address, listener) => {
          this.appListener = listener
          return {
            buffered: 0,
            send: (text) => this.frames.push({ at: this.clock.now() - this.start, frame: JSON.parse(text) }),
            close: (how) => (this.socketClosed = how),
          }
        },
        fetchMedia: async (source) => {
          if (source.endsWith('missing.wav')) throw new Error('404')
          return { pcm: new Int16Array(16_000).fill(5_000), sampleRate: 16_000 }
        },
        timeline: (event) => this.timeline.push(event),
        limits: { connectTimeoutMs: 5_000, pingIntervalMs: 20_000, sessionMs, frameBytes: 65_536 },
      },
    )
  }

  /** Starts the session and lets the app's socket open. */
  async open(): Promise<this> {
    this.session.start()
    this.appListener.opened()
    await this.run(20)
    return this
  }

  /** The app sends a frame. */
  send(frame: object | string): void {
    this.appListener.message(Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)), false)
  }

  press(digit: string): void {
    this.listener!.digit(digit, false)
  }

  gone(reason: 'rtp-timeout' | 'failed'): void {
    this.listener!.gone(reason)
  }

  /** Lets simulated time pass, with a frame each way every 20 ms. */
  async run(ms: number): Promise<void> {
    for (let elapsed = 0; elapsed < ms; elapsed += 20) {
      this.clock.advance(20)
      this.listener?.frame(this.callerFrames.shift() ?? new Int16Array(320), false)
      this.played.push(this.source?.pull(this.lastFrame) ?? false)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  /** The frames from `from` on, as compact strings: `interrupt Hello 200`, `info agentSpeaking on`. */
  said(from = 0): string[] {
    return this.frames
      .slice(from)
      .map(({ frame: { type, ...rest } }) => [type, ...Object.values(rest)].join(' '))
  }

  events(name: string): TimelineEvent[] {
    return this.timeline.filter((event) => event.name === name)
  }
}
