import { type AmrWbLibrary, loadAmrWb } from './amr-wb-library.js'
import { ANY_MODE, readAmrWb } from './amr-wb-payload.js'

/** Samples of a frame of 20 ms. */
const frameSamples = 320
/** 23.85 kbit/s, the best; the encoder works as hard in the others. */
const mode = 8
/** Octets of a frame at most, with that of its type. */
const frameOctets = 61

/** Whether this system has what codes AMR-WB. */
export function amrWbIsHere(): boolean {
  return loadAmrWb() !== undefined
}

/** AMR-WB (TS 26.171, G.722.2), in octet-aligned payloads of RFC 4867. 16 kHz on the PCM side. */
export class AmrWbCodec {
  readonly sampleRate = 16_000
  private readonly library: AmrWbLibrary
  private encoder: unknown
  private decoder: unknown
  private closed = false
  private readonly payload = new Uint8Array(1 + frameOctets).fill(ANY_MODE)
  private readonly coded = new Uint8Array(frameOctets)
  private readonly pcm = new Int16Array(frameSamples)

  /** @throws Error where the system has no AMR-WB */
  constructor() {
    const library = loadAmrWb()
    if (!library) throw new Error('The system has no AMR-WB (Debian: libopencore-amrwb0, libvo-amrwbenc0)')
    this.library = library
  }

  /** @param frame 20 ms @returns the payload, valid until the next call; empty once closed, or for less */
  encode(frame: Int16Array): Uint8Array {
    // The library reads a whole frame, whatever it is given.
    if (this.closed || frame.length < frameSamples) return this.payload.subarray(0, 0)
    this.encoder ??= this.library.createEncoder()
    const octets = this.library.encode(this.encoder, mode, frame, this.coded, 0)
    // What the encoder puts before the bits is the entry that the payload's table wants.
    this.payload.set(this.coded.subarray(0, octets), 1)
    return this.payload.subarray(0, 1 + octets)
  }

  /** @param payload of any number of frames @returns undefined where it is not AMR-WB */
  decode(payload: Uint8Array): Int16Array | undefined {
    const frames = readAmrWb(payload)
    if (!frames || this.closed) return undefined
    this.decoder ??= this.library.createDecoder()
    const all = new Int16Array(frames.length * frameSamples)
    for (const [index, { type, damaged, bits }] of frames.entries()) {
      this.coded.fill(0)
      this.coded[0] = (type << 3) | (damaged ? 0 : 0x04)
      this.coded.set(bits, 1)
      this.library.decode(this.decoder, this.coded, this.pcm, damaged ? 1 : 0)
      all.set(this.pcm, index * frameSamples)
    }
    return all
  }

  close(): void {
    this.closed = true
    if (this.encoder) this.library.destroyEncoder(this.encoder)
    if (this.decoder) this.library.destroyDecoder(this.decoder)
    this.encoder = undefined
    this.decoder = undefined
  }
}
