import { Mp3Stream } from '../../audio/index.js'
import { type AudioFormat, BytesToPcm, wavHeaderOf } from './audio-bytes.js'

/** What a vendor was asked for. */
export interface StreamFormat extends AudioFormat {
  /** Whether the vendor may send MP3 all the same. */
  readonly maybeMp3?: boolean
}

export interface DecodedAudio {
  readonly pcm: Int16Array
  readonly sampleRate: number
}

/** Turns a vendor's stream into PCM. What it begins with goes before what was asked for: a WAV header, or MP3. */
export class ByteDecoder {
  private plain: BytesToPcm
  private sampleRate: number
  private mp3: Mp3Stream | undefined
  private begun = false

  constructor(private readonly format: StreamFormat) {
    this.plain = new BytesToPcm(format.encoding)
    this.sampleRate = format.sampleRate
  }

  /** @returns undefined where the bytes complete no audio yet */
  async decode(bytes: Buffer): Promise<DecodedAudio | undefined> {
    if (bytes.length === 0) return undefined
    const rest = this.begun ? bytes : await this.begin(bytes)
    if (this.mp3) return this.mp3.decode(rest)
    const pcm = this.plain.read(rest)
    return pcm.length > 0 ? { pcm, sampleRate: this.sampleRate } : undefined
  }

  close(): void {
    this.mp3?.close()
    this.mp3 = undefined
  }

  private async begin(bytes: Buffer): Promise<Buffer> {
    this.begun = true
    if (this.format.maybeMp3 && isMp3(bytes)) this.mp3 = await Mp3Stream.open()
    const header = wavHeaderOf(bytes)
    if (!header) return bytes
    this.plain = new BytesToPcm(header.encoding)
    this.sampleRate = header.sampleRate
    return bytes.subarray(header.length)
  }
}

/** An ID3 tag, or the first frame's sync word of layer III (ISO 11172-3 section 2.4.1.3). */
function isMp3(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 0, 3) === 'ID3') return true
  return bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2
}
