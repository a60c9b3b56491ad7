import type { Codec } from './codec.js'
import { Band, Q6, QM2, QM4, QM6 } from './g722-band.js'
import { clip } from './level.js'

/** Even taps of the 24-tap quadrature mirror filter (Table 11); the odd taps are these backwards. */
const QMF = Int16Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)
const HISTORY = 22
const LONGEST = 1920

const { imul } = Math

/** ITU-T G.722 at 64 kbit/s: 16 kHz in two sub-bands of ADPCM, one byte per two samples. Bit-exact. */
export class G722Codec implements Codec {
  readonly name = 'G722'
  readonly sampleRate = 16000
  readonly clockRate = 8000
  private readonly encoder = new G722Encoder()
  private readonly decoder = new G722Decoder()

  encode(frame: Int16Array, out: Uint8Array): number {
    return this.encoder.encode(frame, out)
  }

  decode(payload: Uint8Array, out: Int16Array): number {
    return this.decoder.decode(payload, out)
  }

  close(): void {}
}

class G722Encoder {
  private readonly low = new Band('low')
  private readonly high = new Band('high')
  /** The samples of the frame, after the last ones of the frame before. */
  private readonly samples = new Int16Array(HISTORY + LONGEST)

  /** Pairs of samples to bytes; an odd last sample is left out. */
  encode(frame: Int16Array, out: Uint8Array): number {
    const { low, high, samples } = this
    const pairs = Math.min(frame.length >> 1, out.length, LONGEST >> 1)
    for (let i = 0; i < pairs * 2; i++) samples[HISTORY + i] = frame[i]
    for (let pair = 0; pair < pairs; pair++) {
      const at = pair * 2
      let even = 0
      let odd = 0
      for (let tap = 0; tap < 12; tap++) {
        odd += imul(samples[at + 2 * tap], QMF[tap])
        even += imul(samples[at + 2 * tap + 1], QMF[11 - tap])
      }
      const lowCode = quantiseLow(clip(((even + odd) >> 14) - low.prediction), low.scale)
      const highCode = quantiseHigh(clip(((even - odd) >> 14) - high.prediction), high.scale)
      low.adapt(lowCode >> 2, imul(low.scale, QM4[lowCode >> 2]) >> 15)
      high.adapt(highCode, imul(high.scale, QM2[highCode]) >> 15)
      out[pair] = (highCode << 6) | lowCode
    }
    samples.copyWithin(0, pairs * 2, pairs * 2 + HISTORY)
    return pairs
  }
}

class G722Decoder {
  private readonly low = new Band('low')
  private readonly high = new Band('high')
  /** Sums and differences of the bands, after the last ones of the payload before. */
  private readonly bands = new Int32Array(HISTORY + LONGEST)

  decode(payload: Uint8Array, out: Int16Array): number {
    const { low, high, bands } = this
    const pairs = Math.min(payload.length, out.length >> 1, LONGEST >> 1)
    for (let pair = 0; pair < pairs; pair++) {
      const lowCode = payload[pair] & 0x3f
      const highCode = payload[pair] >> 6
      const lowSample = limit(low.prediction + (imul(low.scale, QM6[lowCode]) >> 15))
      const highDifference = imul(high.scale, QM2[highCode]) >> 15
      const highSample = limit(high.prediction + highDifference)
      low.adapt(lowCode >> 2, imul(low.scale, QM4[lowCode >> 2]) >> 15)
      high.adapt(highCode, highDifference)
      const at = pair * 2
      bands[HISTORY + at] = lowSample + highSample
      bands[HISTORY + at + 1] = lowSample - highSample
      let first = 0
      let second = 0
      for (let tap = 0; tap < 12; tap++) {
        second += imul(bands[at + 2 * tap], QMF[tap])
        first += imul(bands[at + 2 * tap + 1], QMF[11 - tap])
      }
      out[at] = clip(first >> 11)
      out[at + 1] = clip(second >> 11)
    }
    bands.copyWithin(0, pairs * 2, pairs * 2 + HISTORY)
    return pairs * 2
  }
}

/** Block QUANTL: the sign and the decision level under the magnitude, as a 6-bit code. */
function quantiseLow(difference: number, scale: number): number {
  const magnitude = difference < 0 ? ~difference : difference
  let level = 1
  while (level < 30 && magnitude >= imul(Q6[level], scale) >> 12) level++
  if (difference >= 0) return 62 - level
  return level < 3 ? 64 - level : 34 - level
}

/** Block QUANTH: one decision level, as a 2-bit code. */
function quantiseHigh(difference: number, scale: number): number {
  const large = (difference < 0 ? ~difference : difference) >= imul(564, scale) >> 12
  if (difference < 0) return large ? 0 : 1
  return large ? 2 : 3
}

/** Block LIMIT: the bands have 15 bits. */
function limit(value: number): number {
  if (value > 16383) return 16383
  return Math.max(value, -16384)
}
