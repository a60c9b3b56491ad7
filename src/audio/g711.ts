import type { Codec } from './codec.js'

/**
 * The two companding laws of ITU-T G.711 as tables. Compression follows the reference software of G.191: mu-law looks
 * at the upper 14 bits of a sample, A-law at the upper 12, negatives in one's complement.
 */
export interface Law {
  readonly name: 'PCMU' | 'PCMA'
  /** The PCM value of each of the 256 codes. */
  readonly expand: Int16Array
  /** The code of a sample `s` lies at `(s + 32768) >> shift`. */
  readonly compress: Uint8Array
  readonly shift: number
}

export const muLaw: Law = table('PCMU', 2, compressMu, expandMu)
export const aLaw: Law = table('PCMA', 4, compressA, expandA)

/** G.711 at 8 kHz, 64 kbit/s. Stateless: one instance could serve any number of calls. */
export class G711Codec implements Codec {
  readonly sampleRate = 8000
  readonly clockRate = 8000
  readonly name: 'PCMU' | 'PCMA'

  constructor(private readonly law: Law) {
    this.name = law.name
  }

  encode(frame: Int16Array, out: Uint8Array): number {
    const { compress, shift } = this.law
    const count = Math.min(frame.length, out.length)
    for (let i = 0; i < count; i++) out[i] = compress[(frame[i] + 32768) >> shift]
    return count
  }

  decode(payload: Uint8Array, out: Int16Array): number {
    const { expand } = this.law
    const count = Math.min(payload.length, out.length)
    for (let i = 0; i < count; i++) out[i] = expand[payload[i]]
    return count
  }

  close(): void {}
}

function table(
  name: Law['name'],
  shift: number,
  compressOne: (sample: number) => number,
  expandOne: (code: number) => number,
): Law {
  const compress = new Uint8Array(65536 >> shift)
  for (let i = 0; i < compress.length; i++) compress[i] = compressOne((i << shift) - 32768)
  return { name, shift, compress, expand: Int16Array.from({ length: 256 }, (_, code) => expandOne(code)) }
}

function compressMu(sample: number): number {
  const magnitude = Math.min((sample < 0 ? ~sample >> 2 : sample >> 2) + 33, 0x1fff)
  const segment = 26 - Math.clz32(magnitude) // 0 for 32…63, 7 for 4096…8191
  const step = (magnitude >> (segment + 1)) & 0x0f
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff
}

function expandMu(code: number): number {
  const bits = ~code & 0xff
  const magnitude = (((bits & 0x0f) * 2 + 33) << ((bits >> 4) & 7)) - 33
  return (bits & 0x80 ? -magnitude : magnitude) * 4
}

function compressA(sample: number): number {
  const magnitude = sample < 0 ? ~sample >> 4 : sample >> 4
  const segment = magnitude < 16 ? 0 : 28 - Math.clz32(magnitude) // 1 for 16…31, 7 for 1024…2047
  const step = segment === 0 ? magnitude : (magnitude >> (segment - 1)) & 0x0f
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ 0x55
}

function expandA(code: number): number {
  const bits = code ^ 0x55
  const segment = (bits >> 4) & 7
  const step = bits & 0x0f
  const magnitude = segment === 0 ? step * 2 + 1 : (step * 2 + 33) << (segment - 1)
  return (bits & 0x80 ? magnitude : -magnitude) * 8
}
