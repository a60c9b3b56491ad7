import { RateBridge } from '../../legs/index.js'
import type { StreamCodec } from '../activity.js'
import { createWireCodec, type WireCodec } from './wire-codec.js'

/** One track's audio on its way to an app. */
export class StreamEncoder {
  private readonly codec: WireCodec
  private readonly bridge: RateBridge | undefined
  private readonly bridged: Int16Array

  /**
   * @param sampleRate Hz of L16
   * @param legRate Hz of the frames
   */
  constructor(codec: StreamCodec, sampleRate: number, legRate: number) {
    this.codec = createWireCodec(codec, sampleRate)
    const wireRate = this.codec.sampleRate
    this.bridge = wireRate === legRate ? undefined : new RateBridge(legRate, wireRate)
    this.bridged = new Int16Array(wireRate / 50)
  }

  /** @param frame 20 ms @returns bytes that are valid until the next call */
  encode(frame: Int16Array): Uint8Array {
    if (!this.bridge) return this.codec.encode(frame)
    this.bridge.convert(frame, this.bridged)
    return this.codec.encode(this.bridged)
  }

  close(): void {
    this.codec.close()
  }
}
