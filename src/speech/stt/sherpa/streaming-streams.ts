import { messageOf } from '../../../base/errors.js'
import type { SherpaStream } from '../../sherpa/addon.js'
import type { LoadedStreaming } from '../../sherpa/load.js'
import type { FromWorker, Outcome, ToWorker } from './messages.js'
import { ModelAudio } from './model-audio.js'
import { outcomeOf } from './outcome.js'

interface Stream {
  readonly id: number
  readonly native: SherpaStream
  readonly audio: ModelAudio
  lastPartial: string
  /** ms of audio that was taken and is not yet reported as dealt with. */
  takenMs: number
}

/**
 * A worker's streams on a model that hears as it goes. Streams that have audio at the same time are computed together:
 * one run of the model for all of them.
 */
export class StreamingStreams {
  private readonly streams = new Map<number, Stream>()
  private scheduled = false

  /**
   * @param rate Hz of the model
   * @param tail silence after the last audio of an utterance, in seconds, so that the model looks at all of it
   * @param done hears of audio that has been dealt with, in ms
   * @param later runs a task when messages that came meanwhile have been taken
   */
  constructor(
    private readonly model: LoadedStreaming,
    private readonly rate: number,
    private readonly tail: number,
    private readonly post: (message: FromWorker) => void,
    private readonly done: (ms: number) => void,
    private readonly later: (task: () => void) => void,
  ) {}

  handle(message: ToWorker): void {
    const { stream: id } = message
    const stream = this.streams.get(id)
    try {
      if (message.type === 'open') this.open(message)
      else if (message.type === 'close') this.drop(id)
      else if (message.type === 'finalize' && stream) this.finalize(stream)
      else if (message.type === 'audio') {
        if (!stream) return this.done(message.ms)
        stream.takenMs += message.ms
        stream.native.acceptWaveform({
          samples: stream.audio.convert(message.pcm),
          sampleRate: this.rate,
        })
        this.schedule()
      }
    } catch (thrown) {
      this.fail(id, thrown)
    }
  }

  private open({ stream: id, sampleRate }: Extract<ToWorker, { type: 'open' }>): void {
    this.streams.set(id, {
      id,
      native: this.model.recogniser.createStream(),
      audio: new ModelAudio(sampleRate, this.rate),
      lastPartial: '',
      takenMs: 0,
    })
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.later(() => {
      this.scheduled = false
      this.round()
    })
  }

  /** One step of the model for every stream that has enough audio for one. */
  private round(): void {
    const { recogniser } = this.model
    const ready: Stream[] = []
    for (const stream of this.streams.values()) {
      if (stream.takenMs === 0) continue
      if (recogniser.isReady(stream.native)) ready.push(stream)
      else this.settle(stream)
    }
    if (ready.length === 0) return
    try {
      recogniser.decodeStreams(ready.map(({ native }) => native))
    } catch (thrown) {
      for (const { id } of ready) this.fail(id, thrown)
      return
    }
    for (const stream of ready) this.look(stream)
    this.schedule()
  }

  private look(stream: Stream): void {
    const { recogniser } = this.model
    const outcome = this.outcome(stream)
    if (recogniser.isEndpoint(stream.native)) {
      recogniser.reset(stream.native)
      stream.lastPartial = ''
      this.post({ type: 'endpoint', stream: stream.id, ...outcome })
    } else if (outcome.text !== '' && outcome.text !== stream.lastPartial) {
      stream.lastPartial = outcome.text
      this.post({ type: 'partial', stream: stream.id, text: outcome.text })
    }
  }

  private finalize(stream: Stream): void {
    const { recogniser } = this.model
    const { native, id } = stream
    native.acceptWaveform({ samples: new Float32Array(this.rate * this.tail), sampleRate: this.rate })
    while (recogniser.isReady(native)) recogniser.decodeStreams([native])
    const outcome = this.outcome(stream)
    recogniser.reset(native)
    stream.lastPartial = ''
    this.settle(stream)
    this.post({ type: 'final', stream: id, ...outcome })
  }

  private outcome({ native }: Stream): Outcome {
    return outcomeOf(this.model.recogniser.getResult(native), this.model.tokens.capitals)
  }

  private settle(stream: Stream): void {
    if (stream.takenMs > 0) this.done(stream.takenMs)
    stream.takenMs = 0
  }

  private drop(id: number): void {
    const stream = this.streams.get(id)
    if (stream) this.settle(stream)
    this.streams.delete(id)
  }

  private fail(id: number, thrown: unknown): void {
    this.drop(id)
    this.post({ type: 'failed', stream: id, message: messageOf(thrown) })
  }
}
