import { endianness } from 'node:os'
import { aLaw, muLaw } from '../../audio/index.js'

/** How a vendor's audio is written: little-endian samples of 16 bits, or a companded byte each (G.711). */
export type AudioEncoding = 'pcm' | 'mulaw' | 'alaw'

/** Encoding and rate of a vendor's audio, mono. */
export interface AudioFormat {
  readonly encoding: AudioEncoding
  /** Hz */
  readonly sampleRate: number
}

/** µ-law on legs of 8 kHz, 16-bit PCM on those of 16 kHz: what most vendors have, and nobody has to resample. */
export function nearestFormat(sampleRate: number): AudioFormat {
  return sampleRate === 8000
    ? { encoding: 'mulaw', sampleRate: 8000 }
    : { encoding: 'pcm', sampleRate: 16_000 }
}

const isLittleEndian = endianness() === 'LE'

/** Bytes that a sample takes. */
export function sampleBytes(encoding: AudioEncoding): 1 | 2 {
  return encoding === 'pcm' ? 2 : 1
}

/** A frame of PCM in a vendor's encoding; a copy. */
export function toBytes(frame: Int16Array, encoding: AudioEncoding): Buffer {
  const bytes = Buffer.allocUnsafe(frame.length * sampleBytes(encoding))
  writeBytes(frame, encoding, bytes, 0)
  return bytes
}

/** Writes a frame of PCM in a vendor's encoding from `at` on. @returns where it ends */
export function writeBytes(frame: Int16Array, encoding: AudioEncoding, bytes: Buffer, at: number): number {
  const end = at + frame.length * sampleBytes(encoding)
  if (encoding === 'pcm') {
    bytes.set(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength), at)
    if (!isLittleEndian) bytes.subarray(at, end).swap16()
    return end
  }
  const { compress, shift } = encoding === 'mulaw' ? muLaw : aLaw
  for (let i = 0; i < frame.length; i++) bytes[at + i] = compress[(frame[i]! + 32768) >> shift]!
  return end
}

/** Turns a stream of bytes, cut anywhere, into samples. */
export class BytesToPcm {
  private odd: number | undefined

  constructor(private readonly encoding: AudioEncoding) {}

  read(bytes: Uint8Array): Int16Array {
    if (this.encoding === 'pcm') return this.readPcm(bytes)
    const { expand } = this.encoding === 'mulaw' ? muLaw : aLaw
    const pcm = new Int16Array(bytes.length)
    for (let i = 0; i < bytes.length; i++) pcm[i] = expand[bytes[i]!]!
    return pcm
  }

  private readPcm(bytes: Uint8Array): Int16Array {
    const carried = this.odd === undefined ? 0 : 1
    const pcm = new Int16Array((bytes.length + carried) >> 1)
    let at = 0
    if (carried === 1 && bytes.length > 0) {
      pcm[0] = this.odd! | (bytes[0]! << 8)
      at = 1
    }
    for (let i = carried; i < pcm.length; i++, at += 2) pcm[i] = bytes[at]! | (bytes[at + 1]! << 8)
    if (bytes.length > 0) this.odd = at < bytes.length ? bytes[at] : undefined
    return pcm
  }
}

/** A WAV header in front of audio: its length in bytes, and what follows it. */
export interface WavHeader extends AudioFormat {
  readonly length: number
}

const wavEncodings: Readonly<Record<number, AudioEncoding>> = { 1: 'pcm', 6: 'alaw', 7: 'mulaw' }

/** The header of a WAV stream, up to the first of its samples; undefined where there is none, or another encoding. */
export function wavHeaderOf(bytes: Buffer): WavHeader | undefined {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF') return undefined
  let format: AudioFormat | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4)
    if (name === 'data') return format && { ...format, length: at + 8 }
    const size = bytes.readUInt32LE(at + 4)
    if (name === 'fmt ' && at + 24 <= bytes.length) {
      const encoding = wavEncodings[bytes.readUInt16LE(at + 8)]
      if (encoding) format = { encoding, sampleRate: bytes.readUInt32LE(at + 12) }
    }
    at += 8 + size + (size & 1)
  }
  return undefined
}
