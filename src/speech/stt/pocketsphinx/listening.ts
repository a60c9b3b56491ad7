import { EventEmitter } from 'node:events'
import type { Listening, ListeningEvents, ListenOptions } from '../../engine.js'
import { FrameBatch } from '../frame-batch.js'
import { PreRoll } from '../pre-roll.js'
import type { ProcessLink } from '../recogniser-process.js'
import type { FromWorker, ToWorker } from './messages.js'

/** Audio before the first voiced frame that is recognised too: voice activity needs some 100 ms to notice. */
const preRollMs = 300
/** Audio sent to the worker at a time. */
const batchMs = 60
/** Silence after speech that is still recognised; a pause longer than this costs nothing. */
const trailMs = 400
/** Utterances with less voice than this are clicks and coughs. */
const leastVoiceMs = 100
/** Voice before a partial may come, by its words: a single one is what a short noise is taken for. */
const leastVoiceForPartialMs = { one: 500, more: 160 }
/** A monologue is settled in pieces of this length. */
const longestUtteranceMs = 30_000

/** A worker further behind than this gets no new utterances: late answers to all are worse than none to one. */
const mostBehindMs = 5_000

/** The engine's side of one stream: decides what the recogniser gets to hear. */
export class SphinxListening extends EventEmitter<ListeningEvents> implements Listening {
  private readonly preRoll: PreRoll
  private readonly samplesPerMs: number
  private readonly batch: FrameBatch
  /** ms since the last voiced frame; infinite before the first. */
  private quietMs = Number.POSITIVE_INFINITY
  private fedMs = 0
  private voicedMs = 0
  /** For each finalize under way: whether there was enough voice to believe the text. */
  private readonly believed: boolean[] = []
  private closed = false

  /** @param language what is reported as the language of transcripts */
  constructor(
    options: ListenOptions,
    private readonly language: string,
    private readonly link: ProcessLink<ToWorker>,
  ) {
    super()
    this.samplesPerMs = options.sampleRate / 1000
    this.preRoll = new PreRoll(preRollMs * this.samplesPerMs)
    this.batch = new FrameBatch(batchMs * this.samplesPerMs, (pcm) => this.send(pcm))
    link.post({ type: 'open', stream: link.id, sampleRate: options.sampleRate, hints: options.hints })
  }

  write(frame: Int16Array, voiced: boolean): void {
    if (this.closed) return
    const ms = frame.length / this.samplesPerMs
    const feeding = this.quietMs < trailMs
    this.quietMs = voiced ? 0 : this.quietMs + ms
    if (voiced) {
      if (!feeding) this.send(this.preRoll.drain())
      this.voicedMs += ms
    }
    if (!voiced && !feeding) {
      this.batch.flush()
      return this.preRoll.write(frame)
    }
    this.batch.append(frame)
    if (this.fedMs >= longestUtteranceMs) this.finalize()
  }

  finalize(): void {
    if (this.closed) return
    this.batch.flush()
    this.believed.push(this.voicedMs >= leastVoiceMs)
    this.fedMs = 0
    this.voicedMs = 0
    // Speech still going on (a long monologue) stays open; silence waits for the next voiced frame.
    if (this.quietMs > 0) this.quietMs = Number.POSITIVE_INFINITY
    this.link.post({ type: 'finalize', stream: this.link.id })
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.link.post({ type: 'close', stream: this.link.id })
    this.link.released()
  }

  /** What the worker answered. */
  answer(message: FromWorker): void {
    if (this.closed) return
    const { language } = this
    if (message.type === 'failed') return this.fail(new Error(`PocketSphinx: ${message.message}`))
    if (message.type === 'partial') {
      const { one, more } = leastVoiceForPartialMs
      const needed = message.text.includes(' ') ? more : one
      if (this.believed.length > 0 || this.voicedMs >= needed)
        this.emit('partial', { text: message.text, language })
      return
    }
    const text = this.believed.shift() ? message.text : ''
    const { confidence } = message
    this.emit('final', { text, language, ...(text !== '' && confidence !== undefined && { confidence }) })
  }

  /** Ends the stream by an error. */
  fail(error: Error): void {
    if (this.closed) return
    this.closed = true
    this.link.released()
    this.emit('error', error)
  }

  private send(pcm: Int16Array): void {
    if (pcm.length === 0) return
    if (this.fedMs === 0 && this.link.behindMs() > mostBehindMs) {
      return this.fail(
        new Error(`PocketSphinx is ${this.link.behindMs()} ms behind: more callers speak than it can follow`),
      )
    }
    const ms = Math.round(pcm.length / this.samplesPerMs)
    this.fedMs += ms
    this.link.post({ type: 'audio', stream: this.link.id, ms, pcm })
  }
}
