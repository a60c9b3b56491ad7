import { LeadingSilenceTrimmer, Resampler } from '../../audio/index.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import type { LegRate } from '../leg.js'
import type { AudioTrack } from './audio-track.js'

export interface TrackWriterOptions {
  readonly track: AudioTrack
  /** Hz of the leg. */
  readonly sampleRate: LegRate
  /** Takes the silence in front away. */
  readonly trim: boolean
  readonly signal: AbortSignal
}

/** Audio converted in one go, in ms: a longer piece is taken in steps, between which the calls' frames go out. */
const STEP_MS = 500

/** Brings audio of any rate into a track at the leg's rate. */
export class TrackWriter {
  private resampler: Resampler | undefined
  private readonly trimmer: LeadingSilenceTrimmer | undefined

  constructor(private readonly options: TrackWriterOptions) {
    if (options.trim) this.trimmer = new LeadingSilenceTrimmer(options.sampleRate)
  }

  /** How much silence was taken away in front so far, in ms. */
  get trimmedMs(): number {
    return ((this.trimmer?.trimmed ?? 0) / this.options.sampleRate) * 1000
  }

  /**
   * @param sampleRate Hz of `pcm`; the same at every call
   * @throws ParleyError `tts_conversion_failed`
   */
  async write(pcm: Int16Array, sampleRate: number): Promise<void> {
    const step = Math.max(1, Math.ceil((sampleRate * STEP_MS) / 1000))
    for (let at = 0; at < pcm.length && !this.options.signal.aborted; at += step) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve))
      this.append(this.convert(pcm.length <= step ? pcm : pcm.subarray(at, at + step), sampleRate))
    }
  }

  /**
   * Takes back what lies behind a place, in ms of the source's audio; the next audio joins there.
   * @param least samples of the track that stay in any case
   */
  cut(ms: number, least: number): void {
    this.flush()
    const kept = Math.round(((ms - this.trimmedMs) * this.options.sampleRate) / 1000)
    this.options.track.truncate(Math.max(kept, least))
  }

  /** Brings in what was held back until more came. */
  end(): void {
    this.flush()
    if (this.trimmer) this.options.track.append(this.trimmer.flush())
  }

  private flush(): void {
    if (!this.resampler) return
    const rest = new Int16Array(this.resampler.room(0))
    this.append(rest.subarray(0, this.resampler.flush(rest)))
  }

  private append(pcm: Int16Array): void {
    this.options.track.append(this.trimmer ? this.trimmer.process(pcm) : pcm)
  }

  private convert(pcm: Int16Array, sampleRate: number): Int16Array {
    if (!this.resampler && sampleRate === this.options.sampleRate) return pcm
    this.resampler ??= this.open(sampleRate)
    if (this.resampler.fromHz !== sampleRate) {
      throw new ParleyError('tts_conversion_failed', 'The sample rate changed within one chunk.')
    }
    const converted = new Int16Array(this.resampler.room(pcm.length))
    return converted.subarray(0, this.resampler.process(pcm, converted))
  }

  private open(sampleRate: number): Resampler {
    try {
      return new Resampler(sampleRate, this.options.sampleRate)
    } catch (thrown) {
      throw new ParleyError('tts_conversion_failed', messageOf(thrown), { cause: thrown })
    }
  }
}
