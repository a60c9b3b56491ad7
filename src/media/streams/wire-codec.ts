import { AmrWbCodec, type Codec, type CodecName, createCodec } from '../../audio/index.js'
import type { StreamCodec } from '../activity.js'

/** One direction's audio in the form it has in frames. */
export interface WireCodec {
  /** Hz of the PCM. */
  readonly sampleRate: number
  /** @param frame 20 ms @returns bytes that are valid until the next call */
  encode(frame: Int16Array): Uint8Array
  /** Of any length. @returns undefined where it cannot be decoded */
  decode(payload: Uint8Array): Int16Array | undefined
  close(): void
}

/**
 * @param sampleRate Hz of L16; the others have their own
 * @throws Error where this machine has no AMR-WB
 */
export function createWireCodec(codec: StreamCodec, sampleRate: number): WireCodec {
  switch (codec) {
    case 'L16':
      return new L16(sampleRate)
    case 'AMR-WB':
      return new AmrWbCodec()
    default:
      return new RtpPayload(codec)
  }
}

/**
 * 16-bit samples, the lower byte first. RFC 3551 has them the other way round, Telnyx does not say; apps that pass them
 * on to a model as they are, take them for little-endian.
 */
class L16 implements WireCodec {
  private readonly bytes: Buffer

  constructor(readonly sampleRate: number) {
    this.bytes = Buffer.alloc((sampleRate / 50) * 2)
  }

  encode(frame: Int16Array): Uint8Array {
    for (let i = 0; i < frame.length; i++) this.bytes.writeInt16LE(frame[i]!, i * 2)
    return this.bytes
  }

  decode(payload: Uint8Array): Int16Array {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    const pcm = new Int16Array(payload.length >> 1)
    for (let i = 0; i < pcm.length; i++) pcm[i] = bytes.readInt16LE(i * 2)
    return pcm
  }

  close(): void {}
}

/** Those that calls can have too. */
type CallCodec = Exclude<StreamCodec, 'L16' | 'AMR-WB'>

const names: Readonly<Record<CallCodec, CodecName>> = {
  PCMU: 'PCMU',
  PCMA: 'PCMA',
  G722: 'G722',
  OPUS: 'opus',
}

/** Bytes that are decoded at a time: 60 ms of G.711 and G.722. */
const sliceBytes = 480

class RtpPayload implements WireCodec {
  private readonly codec: Codec
  private readonly payload = new Uint8Array(400)
  private readonly pcm = new Int16Array(1920)

  constructor(codec: CallCodec) {
    this.codec = createCodec(names[codec])
  }

  get sampleRate(): number {
    return this.codec.sampleRate
  }

  encode(frame: Int16Array): Uint8Array {
    return this.payload.subarray(0, this.codec.encode(frame, this.payload))
  }

  decode(payload: Uint8Array): Int16Array | undefined {
    // A payload of Opus is one packet, which tells its own length.
    const step = this.codec.name === 'opus' ? Math.max(1, payload.length) : sliceBytes
    const all = new Int16Array(Math.ceil(payload.length / step) * this.pcm.length)
    let samples = 0
    for (let at = 0; at < payload.length; at += step) {
      const count = this.codec.decode(payload.subarray(at, at + step), this.pcm)
      if (count <= 0) return undefined
      all.set(this.pcm.subarray(0, count), samples)
      samples += count
    }
    return all.slice(0, samples)
  }

  close(): void {
    this.codec.close()
  }
}
