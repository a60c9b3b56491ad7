import { messageOf } from '../../../base/errors.js'
import { startChannel } from './channel.js'
import type { Decoders } from './decoders.js'
import type { Sphinx } from './library.js'
import type { FromWorker, ToWorker } from './messages.js'
import { type Line, Utterance } from './utterance.js'

interface Stream extends Line {
  utterance: Utterance | undefined
  /** Audio, and finalizes, that wait for a decoder. */
  readonly waiting: (Int16Array | 'finalize')[]
}

/** A worker's streams: takes the engine's messages, answers with partials and finals. */
export class Streams {
  private readonly streams = new Map<number, Stream>()

  constructor(
    private readonly sphinx: Sphinx,
    private readonly decoders: Decoders,
    private readonly post: (message: FromWorker) => void,
    /** Hears of every audio message, in ms, when it has been dealt with. */
    private readonly done: (ms: number) => void,
  ) {}

  handle(message: ToWorker): void {
    const { stream: id } = message
    this.attempt(id, () => {
      if (message.type === 'open') this.open(message)
      else if (message.type === 'close') this.close(id)
      else this.take(id, message.type === 'audio' ? message.pcm : 'finalize')
    })
    if (message.type === 'audio') this.done(message.ms)
  }

  /** A stream whose decoders refuse is over; others are not. */
  private attempt(id: number, task: () => void): void {
    try {
      task()
    } catch (thrown) {
      const utterance = this.streams.get(id)?.utterance
      this.streams.delete(id)
      this.post({ type: 'failed', stream: id, message: messageOf(thrown) })
      utterance?.cancel()
      this.serveWaiting()
    }
  }

  private open({ stream, sampleRate, hints }: Extract<ToWorker, { type: 'open' }>): void {
    this.streams.set(stream, {
      sampleRate,
      hints,
      channel: startChannel(sampleRate),
      utterance: undefined,
      waiting: [],
    })
    // The cost of learning hints falls here, before the caller speaks.
    const spotter = hints.length > 0 ? this.decoders.borrowSpotter(hints) : undefined
    if (spotter) this.decoders.giveSpotterBack(hints, spotter)
    const busy = [...this.streams.values()].some(({ utterance }) => utterance)
    if (!busy && this.streams.size > this.decoders.count) this.decoders.warm(this.decoders.count + 1)
  }

  private close(id: number): void {
    const stream = this.streams.get(id)
    this.streams.delete(id)
    if (!stream) return
    stream.utterance?.cancel()
    const others = [...this.streams.values()]
    if (!others.some(({ hints }) => hints.join('\n') === stream.hints.join('\n'))) {
      this.decoders.forget(stream.hints)
    }
    this.serveWaiting()
  }

  private take(id: number, item: Int16Array | 'finalize'): void {
    const stream = this.streams.get(id)
    if (!stream) return
    stream.waiting.push(item)
    this.serve(id, stream)
  }

  private serve(id: number, stream: Stream): void {
    while (stream.waiting.length > 0) {
      const item = stream.waiting[0]
      if (item === 'finalize') {
        const outcome = stream.utterance?.end() ?? { text: '' }
        stream.utterance = undefined
        stream.waiting.shift()
        this.post({ type: 'final', stream: id, ...outcome })
        this.serveWaiting()
        continue
      }
      stream.utterance ??= Utterance.begin(this.sphinx, this.decoders, stream)
      if (!stream.utterance) return
      stream.waiting.shift()
      const text = stream.utterance.write(item)
      if (text !== undefined) this.post({ type: 'partial', stream: id, text })
    }
  }

  /** A decoder came free: a stream that waits for one goes on. */
  private serveWaiting(): void {
    for (const [id, stream] of this.streams) {
      if (!stream.utterance && stream.waiting.length > 0) {
        return this.attempt(id, () => this.serve(id, stream))
      }
    }
  }
}
