import { LeadingSilenceTrimmer } from '../../audio/index.js'
import type { SpeakRequest, SpeechAudio, WordMark } from '../engine.js'
import { ByteDecoder, type StreamFormat } from './byte-decoder.js'

/**
 * Makes what `TextToSpeech` promises out of a vendor's bytes and marks: PCM without the silence in front, and each mark
 * with the audio that its word ends in.
 */
export class SpeechAssembly {
  private readonly decoder: ByteDecoder
  private trimmer: LeadingSilenceTrimmer | undefined
  private waiting: WordMark[] = []
  private samples = 0
  private sampleRate = 0

  constructor(
    private readonly request: Pick<SpeakRequest, 'ssml'>,
    format: StreamFormat,
  ) {
    this.decoder = new ByteDecoder(format)
  }

  /** @returns undefined while there is nothing to be heard yet */
  async audio(bytes: Buffer): Promise<SpeechAudio | undefined> {
    const decoded = await this.decoder.decode(bytes)
    if (!decoded) return undefined
    if (this.sampleRate === 0) this.begin(decoded.sampleRate)
    const pcm = this.trimmer ? this.trimmer.process(decoded.pcm) : decoded.pcm
    this.samples += pcm.length
    if (pcm.length === 0) return undefined
    return { pcm, sampleRate: this.sampleRate, marks: this.due() }
  }

  marks(marks: readonly WordMark[]): void {
    this.waiting.push(...marks)
  }

  /** What is left: marks whose end lies a little behind the audio, as rounding makes it. */
  end(): SpeechAudio | undefined {
    const marks = this.shifted(this.waiting).filter(({ startMs }) => startMs < this.ms(this.samples))
    this.waiting = []
    return marks.length > 0 ? { pcm: new Int16Array(0), sampleRate: this.sampleRate, marks } : undefined
  }

  close(): void {
    this.decoder.close()
  }

  private begin(sampleRate: number): void {
    this.sampleRate = sampleRate
    // Silence in front that markup asks for is meant.
    if (!this.request.ssml) this.trimmer = new LeadingSilenceTrimmer(sampleRate)
  }

  private due(): WordMark[] {
    if (this.waiting.length === 0) return []
    const receivedMs = this.ms(this.samples + this.trimmed)
    const count = this.waiting.findIndex(({ endMs }) => endMs > receivedMs)
    return this.shifted(this.waiting.splice(0, count < 0 ? this.waiting.length : count))
  }

  private shifted(marks: readonly WordMark[]): WordMark[] {
    const shift = this.ms(this.trimmed)
    const earlier = (ms: number) => Math.max(0, ms - shift)
    return marks.map((mark) => ({ ...mark, startMs: earlier(mark.startMs), endMs: earlier(mark.endMs) }))
  }

  private get trimmed(): number {
    return this.trimmer?.trimmed ?? 0
  }

  private ms(samples: number): number {
    return this.sampleRate === 0 ? 0 : (samples * 1000) / this.sampleRate
  }
}
