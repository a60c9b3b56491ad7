import { messageOf } from '../../../base/errors.js'
import type { LoadedOffline } from '../../sherpa/load.js'
import type { FromWorker, Outcome, ToWorker } from './messages.js'
import { ModelAudio } from './model-audio.js'
import { outcomeOf } from './outcome.js'

/** Speech, in seconds, after which a first guess is made; each further one after twice as much, so that all cost no more
 * than one look at everything. */
const firstGuessSeconds = 0.8
/**
 * Shorter speech, in seconds, is followed by silence: models need some frames (without, sherpa-onnx reads what is behind
 * them), and Whisper and Moonshine may say six tokens a second.
 */
const leastSeconds = 1

interface Stream {
  readonly id: number
  readonly audio: ModelAudio
  readonly language: string
  /** Speech since it was settled last. */
  speech: Float32Array[]
  samples: number
  /** Samples at which the next guess is due. */
  guessAt: number
  /** Whether a guess is wanted when nothing settled waits. */
  guess: boolean
  lastPartial: string
}

/** Speech that is over and waits for the model. */
interface Settling {
  readonly stream: Stream
  readonly speech: Float32Array
  readonly answer: 'final' | 'endpoint'
}

/**
 * A worker's streams on a model that understands speech when it is over. Finished speech goes first, in order; guesses at
 * what is still being said are made when there is nothing else to do.
 */
export class OfflineStreams {
  private readonly streams = new Map<number, Stream>()
  private readonly settling: Settling[] = []
  private scheduled = false

  /**
   * @param rate Hz of the model
   * @param done hears of audio that has been taken, in ms: what waits in the port is what the worker is behind with
   * @param later runs a task when messages that came meanwhile have been taken
   */
  constructor(
    private readonly model: LoadedOffline,
    private readonly rate: number,
    private readonly post: (message: FromWorker) => void,
    private readonly done: (ms: number) => void,
    private readonly later: (task: () => void) => void,
  ) {}

  handle(message: ToWorker): void {
    if (message.type === 'audio') this.done(message.ms)
    if (message.type === 'open') return this.open(message)
    const stream = this.streams.get(message.stream)
    if (!stream) return
    if (message.type === 'audio') this.take(stream, message.pcm)
    else if (message.type === 'close') this.streams.delete(message.stream)
    else this.settle(stream, message.type === 'finalize' ? 'final' : 'endpoint')
  }

  private open({ stream: id, sampleRate, language }: Extract<ToWorker, { type: 'open' }>): void {
    this.streams.set(id, {
      id,
      audio: new ModelAudio(sampleRate, this.rate),
      language,
      speech: [],
      samples: 0,
      guessAt: this.rate * firstGuessSeconds,
      guess: false,
      lastPartial: '',
    })
  }

  private take(stream: Stream, pcm: Int16Array): void {
    const samples = stream.audio.convert(pcm)
    stream.speech.push(samples)
    stream.samples += samples.length
    if (stream.samples < stream.guessAt) return
    stream.guessAt = stream.samples * 2
    stream.guess = true
    this.schedule()
  }

  private settle(stream: Stream, answer: 'final' | 'endpoint'): void {
    this.settling.push({ stream, speech: this.joined(stream), answer })
    stream.speech = []
    stream.samples = 0
    stream.guessAt = this.rate * firstGuessSeconds
    stream.guess = false
    stream.lastPartial = ''
    this.schedule()
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.later(() => {
      this.scheduled = false
      this.work()
    })
  }

  /** One run of the model. */
  private work(): void {
    const next = this.settling.shift()
    const stream = next?.stream ?? [...this.streams.values()].find(({ guess }) => guess)
    if (!stream) return
    try {
      if (next) this.answer(next)
      else this.guess(stream)
    } catch (thrown) {
      this.streams.delete(stream.id)
      this.post({ type: 'failed', stream: stream.id, message: messageOf(thrown) })
    }
    this.schedule()
  }

  private answer({ stream, speech, answer }: Settling): void {
    if (!this.streams.has(stream.id)) return
    this.post({ type: answer, stream: stream.id, ...this.understand(speech, stream.language) })
  }

  private guess(stream: Stream): void {
    stream.guess = false
    const { text } = this.understand(this.joined(stream), stream.language)
    if (text === '' || text === stream.lastPartial) return
    stream.lastPartial = text
    this.post({ type: 'partial', stream: stream.id, text })
  }

  private understand(samples: Float32Array, language: string): Outcome {
    if (samples.length === 0) return { text: '' }
    const { recogniser, tokens, createStream, setLanguage } = this.model
    setLanguage(language)
    const native = createStream()
    native.acceptWaveform({ samples, sampleRate: this.rate })
    recogniser.decode(native)
    return outcomeOf(recogniser.getResult(native), tokens.capitals)
  }

  private joined({ speech, samples }: Stream): Float32Array {
    const all = new Float32Array(samples === 0 ? 0 : Math.max(samples, this.rate * leastSeconds))
    let at = 0
    for (const piece of speech) {
      all.set(piece, at)
      at += piece.length
    }
    return all
  }
}
