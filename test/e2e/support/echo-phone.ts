import { createCodec } from '../../../src/audio/index.js'
import type { SipCaller } from './sip-caller.js'
import type { Pcm } from './speech.js'

/** Samples of 20 ms at 16 kHz. */
const frameSamples = 320

/** A speakerphone on a G.722 call: what comes out of its loudspeaker goes back into its microphone, later and softer. */
export class EchoPhone {
  private readonly codec = createCodec('G722')
  /** Heard and not yet sent back. */
  private readonly loudspeaker: Int16Array[] = []
  private speech: Int16Array = new Int16Array(0)
  private spoken = 0

  /**
   * @param caller offers G722
   * @param delayMs from the loudspeaker to the microphone, in steps of 20
   * @param decibels of the echo against what came in
   */
  constructor(caller: SipCaller, delayMs: number, decibels: number) {
    const gain = 10 ** (decibels / 20)
    caller.heard = (payload) => {
      const frame = new Int16Array(frameSamples)
      this.codec.decode(payload, frame)
      this.loudspeaker.push(frame)
    }
    caller.content = () => {
      const frame = new Int16Array(frameSamples)
      const echo = this.loudspeaker.length > delayMs / 20 ? this.loudspeaker.shift() : undefined
      for (let i = 0; i < frameSamples; i++) {
        const sum = (echo?.[i] ?? 0) * gain + (this.speech[this.spoken++] ?? 0)
        frame[i] = Math.max(-32_768, Math.min(32_767, sum))
      }
      const payload = Buffer.alloc(160)
      this.codec.encode(frame, payload)
      return { payload }
    }
  }

  /** The caller speaks, from now on, beside the echo; 16 kHz. */
  speak({ samples }: Pcm): void {
    this.speech = samples
    this.spoken = 0
  }
}
