import { EventEmitter } from 'node:events'
import type { Listening, ListeningEvents, ListenOptions } from '../../engine.js'
import { namesOf, primarySubtag } from '../../languages.js'
import { FrameBatch } from '../frame-batch.js'
import { PreRoll } from '../pre-roll.js'
import type { ProcessLink } from '../recogniser-process.js'
import type { FromWorker, Outcome, ToWorker } from './messages.js'

/** Audio before the first voiced frame that the model hears too: voice activity needs some 100 ms to notice. */
const preRollMs = 400
/** Audio sent to the worker at a time. */
const batchMs = 60
/** Silence after which the model hears nothing more until there is a voice again: longer than its own rules take. */
const trailMs = 3_000
/** Speech is settled in pieces of this length for models that take no longer ones (Whisper: 30 s). */
const longestMs = 28_000
/** Silence that makes an end of the model's an end of the turn; without it, speech just went on for long. */
const leastSilenceMs = 200
/** A worker further behind than this with each stream gets no new utterances: late answers to all are worse than none to one. */
const mostBehindMs = 5_000

/** What a listening is opened with by its process. */
export interface ListeningParts extends ProcessLink<ToWorker> {
  readonly options: ListenOptions
  /** Reported as the language of transcripts, where the model does not tell one. */
  readonly language: string
  /** Primary subtag that the model is told; '' where it finds out. */
  readonly spoken: string
  /** ms of silence after which the model is told that speech is over; undefined where it finds out itself. */
  readonly endOfTurnMs: number | undefined
  /** Streams that the worker hears now. */
  readonly hearing: () => number
}

/** The engine's side of one stream: lets the model hear what may be speech, and ends turns as the model does. */
export class SherpaListening extends EventEmitter<ListeningEvents> implements Listening {
  private readonly preRoll: PreRoll
  private readonly samplesPerMs: number
  private readonly batch: FrameBatch
  private hears = false
  private quietMs = 0
  /** Since speech began, or was settled last. */
  private heardMs = 0
  private closed = false

  constructor(private readonly parts: ListeningParts) {
    super()
    const { sampleRate, hints } = parts.options
    this.samplesPerMs = sampleRate / 1000
    this.preRoll = new PreRoll(preRollMs * this.samplesPerMs)
    this.batch = new FrameBatch(batchMs * this.samplesPerMs, (pcm) => this.send(pcm))
    parts.post({ type: 'open', stream: parts.id, sampleRate, hints, language: parts.spoken })
  }

  /** Whether the model is hearing what is written. */
  get hearing(): boolean {
    return this.hears
  }

  write(frame: Int16Array, voiced: boolean): void {
    if (this.closed) return
    this.quietMs = voiced ? 0 : this.quietMs + frame.length / this.samplesPerMs
    if (voiced && !this.hears) this.begin()
    if (this.closed) return
    if (!this.hears) return this.preRoll.write(frame)
    this.batch.append(frame)
    this.heardMs += frame.length / this.samplesPerMs
    const { endOfTurnMs = Number.POSITIVE_INFINITY } = this.parts
    if (this.quietMs >= endOfTurnMs) this.rest('end')
    else if (endOfTurnMs < Number.POSITIVE_INFINITY && this.heardMs >= longestMs) this.tellEnd()
    else if (this.quietMs >= trailMs) this.rest()
  }

  finalize(): void {
    if (this.closed) return
    this.batch.flush()
    this.heardMs = 0
    this.parts.post({ type: 'finalize', stream: this.parts.id })
    if (this.quietMs > 0) this.hears = false
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.parts.post({ type: 'close', stream: this.parts.id })
    this.parts.released()
  }

  /** What the worker answered. */
  answer(message: FromWorker): void {
    if (this.closed) return
    if (message.type === 'failed') return this.fail(new Error(`sherpa-onnx: ${message.message}`))
    if (message.type === 'partial') {
      this.emit('partial', { text: message.text, language: this.parts.language })
    } else if (message.type === 'final') this.settled(message)
    else this.endpoint(message)
  }

  /** Ends the stream by an error. */
  fail(error: Error): void {
    if (this.closed) return
    this.closed = true
    this.parts.released()
    this.emit('error', error)
  }

  private endpoint(outcome: Outcome): void {
    const silent = this.quietMs >= leastSilenceMs
    if (silent) this.rest()
    if (outcome.text === '') return
    this.settled(outcome)
    if (silent && !this.closed) this.emit('endOfTurn')
  }

  private settled({ text, confidence, language }: Outcome): void {
    const expected = namesOf(primarySubtag(this.parts.language))
    this.emit('final', {
      text,
      language: language && !expected.includes(language) ? language : this.parts.language,
      ...(text !== '' && confidence !== undefined && { confidence }),
    })
  }

  private begin(): void {
    const behind = Math.round(this.parts.behindMs() / Math.max(1, this.parts.hearing()))
    if (behind > mostBehindMs) {
      return this.fail(
        new Error(`sherpa-onnx is ${behind} ms behind: more callers speak than this machine can follow`),
      )
    }
    this.hears = true
    this.heardMs = 0
    this.send(this.preRoll.drain())
  }

  /** @param end whether the model is told that speech is over */
  private rest(end?: 'end'): void {
    if (end) this.tellEnd()
    else this.batch.flush()
    this.hears = false
  }

  private tellEnd(): void {
    this.batch.flush()
    this.heardMs = 0
    this.parts.post({ type: 'end', stream: this.parts.id })
  }

  private send(pcm: Int16Array): void {
    if (pcm.length === 0) return
    const ms = Math.round(pcm.length / this.samplesPerMs)
    this.parts.post({ type: 'audio', stream: this.parts.id, ms, pcm })
  }
}
