import type { Codec } from './codec.js'
import { Band, Q6, QM2, QM4, QM6 } from './g722-band.js'
import { clip } from './level.js'

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
  private readonly samples = new Int32Array(HISTORY + LONGEST)

  /** Pairs of samples to bytes; an odd last sample is left out. */
  encode(frame: Int16Array, out: Uint8Array): number {
    const { low, high, samples } = this
    const pairs = Math.min(frame.length >> 1, out.length, LONGEST >> 1)
    for (let i = 0; i < pairs * 2; i++) samples[HISTORY + i] = frame[i]
    for (let pair = 0; pair < pairs; pair++) {
      const at = pair * 2
      const odd = qmfForwards(samples, at)
      const even = qmfBackwards(samples, at + 1)
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
      out[at] = clip(qmfBackwards(bands, at + 1) >> 11)
      out[at + 1] = clip(qmfForwards(bands, at) >> 11)
    }
    bands.copyWithin(0, pairs * 2, pairs * 2 + HISTORY)
    return pairs * 2
  }
}

/** Block QUANTL: the sign and the decision level under the magnitude, as a 6-bit code. */
function quantiseLow(difference: number, scale: number): number {
  const magnitude = difference < 0 ? ~difference : difference
  let level = 1
  for (let end = 30; level < end; ) {
    const middle = (level + end) >> 1
    if (magnitude >= imul(Q6[middle], scale) >> 12) level = middle + 1
    else end = middle
  }
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

/**
 * Every other tap of the quadrature mirror filter (Table 11) over every other sample from `at` on. Written out, since
 * it is the hottest place of a G.722 call and a loop over a table takes three times as long (measured).
 */
function qmfForwards(x: Int32Array, at: number): number {
  const early =
    3 * x[at] - 11 * x[at + 2] + 12 * x[at + 4] + 32 * x[at + 6] - 210 * x[at + 8] + 951 * x[at + 10]
  const late = 3876 * x[at + 12] - 805 * x[at + 14] + 362 * x[at + 16] - 156 * x[at + 18] + 53 * x[at + 20]
  return (early + late - 11 * x[at + 22]) | 0
}

/** The taps between those: the same ones from the other end. */
function qmfBackwards(x: Int32Array, at: number): number {
  const early = 53 * x[at + 2] - 156 * x[at + 4] + 362 * x[at + 6] - 805 * x[at + 8] + 3876 * x[at + 10]
  const late = 951 * x[at + 12] - 210 * x[at + 14] + 32 * x[at + 16] + 12 * x[at + 18] - 11 * x[at + 20]
  return (early + late + 3 * x[at + 22] - 11 * x[at]) | 0
}
