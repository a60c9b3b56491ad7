import type { Clock, Timer } from '../../base/clock.js'
import { isAnyLanguage } from '../languages.js'
import { VendorError } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { codeOf, googleError } from '../wire/google-client.js'
import { at, flag, list, number, text } from '../wire/json.js'
import type { SttLine, SttLineListener } from '../wire/line-listening.js'
import { failed, final, finalized, partial, ready, type SttSignal } from '../wire/stt-dialogue.js'
import { UnsettledAudio } from './google-audio.js'

export interface GoogleStreamEvents {
  /** A `StreamingRecognizeResponse`. */
  data: [unknown]
  end: []
  error: [Error]
}

/** A stream of recognition, of either version of Google's API. */
export interface GoogleStream {
  readonly writableLength: number
  write(audio: Buffer): unknown
  /** There is no more audio. */
  end(): unknown
  destroy(): unknown
  on<Name extends keyof GoogleStreamEvents>(
    name: Name,
    listener: (...values: GoogleStreamEvents[Name]) => void,
  ): unknown
}

export type OpenGoogleStream = () => GoogleStream

export interface GoogleLineParts {
  readonly open: Promise<OpenGoogleStream>
  readonly clock: Clock
  /** Of the audio that is sent. */
  readonly bytesPerMs: number
  readonly settings: VendorSettings
  /** As the session asked for it. */
  readonly language: string
}

/** One stream, which is a turn or a part of one. */
interface Turn {
  readonly stream: GoogleStream
  readonly startedAt: number
  /** Signals that wait until the turns before are over. */
  readonly signals: SttSignal[]
  readonly unsettled: UnsettledAudio
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
/** Also said of "Max duration of 5 minutes reached", and of a stream that got no audio for long. */
const ABORTED = 10

/** A line to Google: streams one after the other, their results in order. */
export class GoogleLine implements SttLine {
  private open: OpenGoogleStream | undefined
  /** The last one is written to; those before are ending. */
  private turns: Turn[] = []
  private readonly timers = new Set<Timer>()
  private closed = false

  constructor(
    private readonly parts: GoogleLineParts,
    private readonly listener: SttLineListener,
  ) {
    parts.open.then(
      (open) => {
        if (this.closed) return
        this.open = open
        this.begin()
        this.listener(ready)
      },
      (thrown) => this.fail(thrown),
    )
  }

  get buffered(): number {
    return this.turns.at(-1)?.stream.writableLength ?? 0
  }

  send(bytes: Buffer): void {
    const turn = this.turns.at(-1)
    if (!turn) return
    write(turn, bytes)
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
    // Destroying it would leave Google listening; at the end of the audio Google ends it.
    for (const { stream, ended } of this.turns) if (!ended) stream.end()
    this.turns = []
  }

  private begin(): void {
    if (!this.open || this.closed) return
    const stream = this.open()
    const turn: Turn = {
      stream,
      startedAt: this.parts.clock.now(),
      signals: [],
      unsettled: new UnsettledAudio(this.parts.bytesPerMs),
      written: false,
      pending: false,
      ended: false,
      done: false,
    }
    this.turns.push(turn)
    stream.on('data', (response) => this.received(turn, response))
    stream.on('end', () => this.over(turn))
    stream.on('error', (thrown) => {
      if (isOver(thrown) || turn.ended) return this.over(turn)
      this.fail(thrown)
    })
  }

  private fail(thrown: unknown): void {
    if (this.closed) return
    const known = thrown instanceof VendorError
    this.listener(failed(known ? thrown : googleError('google', thrown, this.parts.settings)))
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
    if (signals.some(({ type }) => type === 'final')) turn.unsettled.settle(settledMs(response))
    const last = signals.at(-1)
    if (last) turn.pending = last.type === 'partial'
    turn.signals.push(...signals)
    this.tell()
  }

  private over(turn: Turn): void {
    if (turn.done || this.closed) return
    if (!turn.ended) this.goOn(turn)
    turn.ended = true
    turn.done = true
    turn.signals.push(finalized)
    turn.stream.destroy()
    this.tell()
  }

  /** Google ended a stream by itself: the next hears once more what this one had not settled. */
  private goOn(turn: Turn): void {
    this.begin()
    const next = this.turns.at(-1)!
    for (const bytes of turn.unsettled.rest) write(next, bytes)
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

function write(turn: Turn, bytes: Buffer): void {
  turn.written = true
  turn.unsettled.add(bytes)
  turn.stream.write(bytes)
}

function isOver(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === OUT_OF_RANGE || (code === ABORTED && /max duration|timed out/i.test(String(thrown)))
}

/** ms of the stream that the final results of a response cover, where it tells. */
function settledMs(response: unknown): number | undefined {
  const finals = list(response, 'results').filter((result) => flag(result, 'isFinal'))
  const last = finals.at(-1)
  // Version 2 calls it an offset.
  const end = at(last, 'resultEndTime') ?? at(last, 'resultEndOffset')
  // The seconds are a 64-bit number, which Google's package has as an object or as text.
  const ms = Number(String(at(end, 'seconds') ?? 0)) * 1000 + (number(end, 'nanos') ?? 0) / 1e6
  return ms > 0 ? ms : undefined
}

/** What a `StreamingRecognizeResponse` says: settled pieces, and behind them one guess in several parts. */
export function readResults(response: unknown, asked: string): SttSignal[] {
  const signals: SttSignal[] = []
  const found = list(response, 'results').map((result) => text(result, 'languageCode'))
  const language = isAnyLanguage(asked) ? (found.map(tagOf).find(Boolean) ?? asked) : asked
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

/** `en-US` of `en-us`. */
function tagOf(language: string): string {
  const [primary = '', ...rest] = language.split('-')
  const cased = rest.map((part) => (part.length === 2 ? part.toUpperCase() : part))
  return [primary.toLowerCase(), ...cased].join('-')
}
