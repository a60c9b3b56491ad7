import type { SpeechClient } from '@google-cloud/speech'
import type { Clock, Timer } from '../../base/clock.js'
import type { VendorSettings } from '../vendor-settings.js'
import { codeOf, googleError } from '../wire/google-client.js'
import { at, flag, list, number, text } from '../wire/json.js'
import type { SttLine, SttLineListener } from '../wire/line-listening.js'
import { failed, final, finalized, partial, ready, type SttSignal } from '../wire/stt-dialogue.js'

/** `streaming_config` of Google's API. */
export type GoogleConfig = NonNullable<Parameters<SpeechClient['streamingRecognize']>[0]>

type RecognizeStream = ReturnType<SpeechClient['streamingRecognize']>

export interface GoogleLineParts {
  readonly client: Promise<SpeechClient>
  readonly clock: Clock
  readonly config: GoogleConfig
  readonly settings: VendorSettings
  /** As the session asked for it. */
  readonly language: string
}

/** One stream, which is a turn or a part of one. */
interface Turn {
  readonly stream: RecognizeStream
  readonly startedAt: number
  /** Signals that wait until the turns before are over. */
  readonly signals: SttSignal[]
  written: boolean
  /** Whether there are words that may still change. */
  pending: boolean
  /** Nothing more is written to it. */
  ended: boolean
  /** Nothing more comes from it. */
  done: boolean
}

/** A stream may last 305 s; a new one begins at the next quiet moment after this, in ms, and in any case at the second. */
const ROLL_MS = 240_000
const LATEST_ROLL_MS = 295_000
/** How long a stream that was ended may take for its last results, in ms. */
const DRAIN_MS = 1_400
/** "Audio timeout" and "exceeded the longest duration": the stream is over, and nothing is wrong. */
const OUT_OF_RANGE = 11

/** A line to Google: streams one after the other, their results in order. */
export class GoogleLine implements SttLine {
  private client: SpeechClient | undefined
  /** The last one is written to; those before are ending. */
  private turns: Turn[] = []
  private readonly timers = new Set<Timer>()
  private closed = false

  constructor(
    private readonly parts: GoogleLineParts,
    private readonly listener: SttLineListener,
  ) {
    parts.client.then(
      (client) => {
        if (this.closed) return
        this.client = client
        this.begin()
        this.listener(ready)
      },
      (thrown) => this.listener(failed(googleError('google', thrown, parts.settings))),
    )
  }

  get buffered(): number {
    return this.turns.at(-1)?.stream.writableLength ?? 0
  }

  send(bytes: Buffer): void {
    const turn = this.turns.at(-1)
    if (!turn) return
    turn.written = true
    turn.stream.write(bytes)
    const age = this.parts.clock.now() - turn.startedAt
    if (age > (turn.pending ? LATEST_ROLL_MS : ROLL_MS)) this.end(turn)
  }

  finalize(): boolean {
    const turn = this.turns.at(-1)
    if (!turn?.written) return this.turns.length > 1
    this.end(turn)
    return true
  }

  close(): void {
    this.closed = true
    for (const timer of this.timers) timer.cancel()
    for (const { stream } of this.turns) stream.destroy()
    this.turns = []
  }

  private begin(): void {
    if (!this.client || this.closed) return
    const stream = this.client.streamingRecognize(this.parts.config)
    const turn: Turn = {
      stream,
      startedAt: this.parts.clock.now(),
      signals: [],
      written: false,
      pending: false,
      ended: false,
      done: false,
    }
    this.turns.push(turn)
    stream.on('data', (response) => this.received(turn, response))
    stream.on('end', () => this.over(turn))
    stream.on('error', (thrown) => {
      if (codeOf(thrown) === OUT_OF_RANGE || turn.ended) return this.over(turn)
      if (!this.closed) this.listener(failed(googleError('google', thrown, this.parts.settings)))
    })
  }

  /** What comes from now on belongs to the next stream. */
  private end(turn: Turn): void {
    turn.ended = true
    turn.stream.end()
    this.begin()
    const timer = this.parts.clock.after(DRAIN_MS, () => {
      this.timers.delete(timer)
      this.over(turn)
    })
    this.timers.add(timer)
  }

  private received(turn: Turn, response: unknown): void {
    const signals = readResults(response, this.parts.language)
    const last = signals.at(-1)
    if (last) turn.pending = last.type === 'partial'
    turn.signals.push(...signals)
    this.tell()
  }

  private over(turn: Turn): void {
    if (turn.done || this.closed) return
    // Google ended it by itself.
    if (!turn.ended) this.begin()
    turn.ended = true
    turn.done = true
    turn.signals.push(finalized)
    turn.stream.destroy()
    this.tell()
  }

  /** Hands on what the streams said, in their order. */
  private tell(): void {
    for (let oldest = this.turns[0]; oldest; oldest = this.turns[0]) {
      for (const signal of oldest.signals.splice(0)) this.listener(signal)
      if (!oldest.done) return
      this.turns.shift()
    }
  }
}

/** What a `StreamingRecognizeResponse` says: settled pieces, and behind them one guess in several parts. */
export function readResults(response: unknown, language: string): SttSignal[] {
  const signals: SttSignal[] = []
  let guess = ''
  for (const result of list(response, 'results')) {
    const best = at(result, 'alternatives', 0)
    if (!flag(result, 'isFinal')) {
      guess += text(best, 'transcript')
      continue
    }
    signals.push(
      final({
        text: text(best, 'transcript').trim(),
        language,
        confidence: number(best, 'confidence') || undefined,
      }),
    )
  }
  if (guess.trim()) signals.push(partial({ text: guess.trim(), language }))
  return signals
}
