import { Resampler } from '../../audio/index.js'
import type { StreamCodec } from '../activity.js'
import { createWireCodec, type WireCodec } from './wire-codec.js'

/** An app's audio on its way to a leg. */
export class StreamDecoder {
  private readonly codec: WireCodec
  private readonly resampler: Resampler

  /**
   * @param sampleRate Hz of L16
   * @param legRate Hz of what it gives
   */
  constructor(codec: StreamCodec, sampleRate: number, legRate: number) {
    this.codec = createWireCodec(codec, sampleRate)
    this.resampler = new Resampler(this.codec.sampleRate, legRate)
  }

  /** Pieces follow each other without a seam. @returns undefined where it cannot be decoded */
  decode(payload: Uint8Array): Int16Array | undefined {
    const pcm = this.codec.decode(payload)
    if (!pcm) return undefined
    const out = new Int16Array(this.resampler.room(pcm.length))
    return out.subarray(0, this.resampler.process(pcm, out))
  }

  /** The last samples of what went before; what follows begins anew. */
  flush(): Int16Array {
    const out = new Int16Array(this.resampler.room(0))
    return out.subarray(0, this.resampler.flush(out))
  }

  /** Forgets what went before. */
  reset(): void {
    this.resampler.reset()
  }

  close(): void {
    this.codec.close()
  }
}
