import { clip, Resampler } from '../../../audio/index.js'
import { type Channel, learn, tuneIn } from './channel.js'
import type { Decoders, SpotterLoan } from './decoders.js'
import { isFiller, mergeHints } from './hints.js'
import { type Handle, readSegments, type Sphinx } from './library.js'

/** Hz that the acoustic model was trained at. */
const modelRate = 16_000
/**
 * Share of a telephone's band mirrored into the empty band above 4 kHz. An empty one looks like nothing the model was
 * trained on; with the mirror image a third more hints were spotted at 8 kHz (docs/speech.md).
 */
const mirror = 0.03
/** The spotter reports a phrase some frames after its end: silence lets it report one that ends the utterance. */
const afterSilence = new Int16Array(modelRate * 0.15)
/** ms of audio between two looks for a partial. */
const partialEveryMs = 200

/** What an utterance came to. `confidence` is the geometric mean of the words' posteriors. */
export interface Outcome {
  readonly text: string
  readonly confidence?: number
}

/** What an utterance needs to know of its stream. */
export interface Line {
  /** Hz */
  readonly sampleRate: number
  readonly hints: readonly string[]
  /** Follows what is learnt of the channel. */
  readonly channel: Channel
}

/** Words that noises are taken for, and that nobody is answered for. */
const interjections = new Set(['ah', 'uh', 'eh', 'er', 'oh', 'hm', 'hmm', 'mm', 'um'])
/** One or two words less certain than this are noise: short answers come out above 0.05. */
const leastConfidence = 0.03

/** One utterance on borrowed decoders, from its first audio to `end`. */
export class Utterance {
  private readonly resampler: Resampler | undefined
  private widened: Int16Array
  private mirrored = 0
  private sinceLookMs = 0
  private lastPartial = ''

  private constructor(
    private readonly sphinx: Sphinx,
    private readonly decoders: Decoders,
    private readonly decoder: Handle,
    private readonly spotter: SpotterLoan | undefined,
    private readonly line: Line,
  ) {
    const { sampleRate, channel } = line
    this.resampler = sampleRate === modelRate ? undefined : new Resampler(sampleRate, modelRate)
    this.widened = new Int16Array(this.resampler?.room(sampleRate / 10) ?? 0)
    let refused = false
    this.each((each) => {
      tuneIn(sphinx, each, channel)
      sphinx.startStream(each)
      if (sphinx.startUtterance(each) < 0) refused = true
    })
    if (!refused) return
    this.cancel()
    throw new Error('a decoder refused to begin an utterance')
  }

  /** Begins an utterance; undefined while all decoders are at work. @throws Error when the library refuses */
  static begin(sphinx: Sphinx, decoders: Decoders, line: Line): Utterance | undefined {
    const decoder = decoders.borrow()
    if (!decoder) return undefined
    const spotter = line.hints.length > 0 ? decoders.borrowSpotter(line.hints) : undefined
    return new Utterance(sphinx, decoders, decoder, spotter, line)
  }

  /** @returns a new best guess, when it is time for one and it has changed */
  write(pcm: Int16Array): string | undefined {
    this.feed(pcm)
    this.sinceLookMs += (pcm.length / this.line.sampleRate) * 1000
    if (this.sinceLookMs < partialEveryMs) return undefined
    this.sinceLookMs = 0
    const { text } = this.understood()
    if (text === '' || text === this.lastPartial) return undefined
    this.lastPartial = text
    return text
  }

  /** Settles the text and gives the decoders back. */
  end(): Outcome {
    if (this.resampler) {
      const rest = new Int16Array(this.resampler.room(0))
      this.process(this.addMirror(rest.subarray(0, this.resampler.flush(rest))))
    }
    if (this.spotter) {
      this.sphinx.process(this.spotter.decoder, afterSilence, afterSilence.length, 0, 0)
    }
    this.each((each) => this.sphinx.endUtterance(each))
    const outcome = this.outcome()
    // Noise says nothing of the voice.
    if (outcome.text !== '') learn(this.sphinx, this.decoder, this.line.channel)
    this.release()
    return outcome
  }

  /** Drops the utterance unheard. */
  cancel(): void {
    this.each((each) => this.sphinx.endUtterance(each))
    this.release()
  }

  private outcome(): Outcome {
    const { text, replaced, words } = this.understood()
    if (text === '' || replaced) return { text }
    const confidence = this.confidence(words)
    const doubtful = (words <= 2 && confidence < leastConfidence) || interjections.has(text)
    return doubtful ? { text: '' } : { text, confidence }
  }

  private understood(): { text: string; replaced: boolean; words: number } {
    const open = readSegments(this.sphinx, this.decoder)
    const spotted = this.spotter ? readSegments(this.sphinx, this.spotter.decoder) : []
    const keyphrases = this.spotter?.keyphrases ?? new Map()
    const words = open.filter((segment) => !isFiller(segment.word)).length
    return { ...mergeHints(open, spotted, keyphrases), words }
  }

  private confidence(words: number): number {
    const posterior = this.sphinx.exp(this.sphinx.logMath(this.decoder), this.sphinx.posterior(this.decoder))
    return Math.min(1, posterior ** (1 / Math.max(1, words)))
  }

  private feed(pcm: Int16Array): void {
    if (!this.resampler) return this.process(pcm)
    const room = this.resampler.room(pcm.length)
    if (this.widened.length < room) this.widened = new Int16Array(room)
    this.process(this.addMirror(this.widened.subarray(0, this.resampler.process(pcm, this.widened))))
  }

  /** Alternating the sign of samples turns the spectrum round: what was at f appears at 8 kHz - f. */
  private addMirror(pcm: Int16Array): Int16Array {
    for (let i = 0; i < pcm.length; i++) {
      pcm[i] = clip(Math.round(pcm[i] * (++this.mirrored & 1 ? 1 + mirror : 1 - mirror)))
    }
    return pcm
  }

  private process(pcm: Int16Array): void {
    if (pcm.length > 0) this.each((each) => this.sphinx.process(each, pcm, pcm.length, 0, 0))
  }

  private each(task: (decoder: Handle) => void): void {
    task(this.decoder)
    if (this.spotter) task(this.spotter.decoder)
  }

  private release(): void {
    this.decoders.giveBack(this.decoder)
    if (this.spotter) this.decoders.giveSpotterBack(this.line.hints, this.spotter)
  }
}
