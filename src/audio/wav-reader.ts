import { ParleyError } from '../base/errors.js'
import { aLaw, muLaw } from './g711.js'
import { clip } from './level.js'
import { RESAMPLER_RATES } from './resampler.js'
import { WAV_BITS, WAV_EXTENSIBLE, WAV_TAGS, type WavFormat } from './wav-format.js'

/** Audio as everything here takes it: mono, 16 bits. */
export interface Audio {
  readonly pcm: Int16Array
  /** Hz */
  readonly sampleRate: number
}

/** The audio of a WAV file, and what it was in the file. */
export interface Wav extends Audio {
  readonly format: WavFormat
}

const MOST_CHANNELS = 64

/** Whether the bytes begin as a WAV file does: RIFF or RF64, then WAVE. */
export function looksLikeWav(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && ['RIFF', 'RF64'].includes(ascii(bytes, 0)) && ascii(bytes, 8) === 'WAVE'
}

/**
 * Reads a WAV file whole: channels are averaged, samples brought to 16 bits. Chunks that it does not know are passed
 * over, and sizes that are wrong (streams, cut files) are taken as "to the end of what is there".
 *
 * @throws ParleyError `media_unsupported` for another kind of file or encoding, `media_damaged` for one without a
 * usable format or any sample
 */
export function readWav(bytes: Uint8Array): Wav {
  if (!looksLikeWav(bytes)) throw new ParleyError('media_unsupported', 'Not a WAV file: no RIFF/WAVE header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let format: WavFormat | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = ascii(bytes, at)
    const size = view.getUint32(at + 4, true)
    const body = at + 8
    const end = Math.min(body + size, bytes.length)
    if (name === 'fmt ') format = readFormat(view, body, end)
    if (name === 'data') {
      if (!format) throw new ParleyError('media_damaged', 'WAV file without a "fmt " chunk before its data')
      // A size of 0 followed by bytes comes from writers that never went back to fill it in.
      return {
        pcm: toMono(view, body, size === 0 ? bytes.length : end, format),
        sampleRate: format.sampleRate,
        format,
      }
    }
    at = body + size + (size & 1) // chunks are aligned to 16 bits
  }
  throw new ParleyError('media_damaged', `WAV file without a "${format ? 'data' : 'fmt '}" chunk`)
}

function readFormat(view: DataView, at: number, end: number): WavFormat {
  if (end - at < 16)
    throw new ParleyError('media_damaged', `WAV "fmt " chunk of ${end - at} bytes; 16 are needed`)
  let tag = view.getUint16(at, true)
  if (tag === WAV_EXTENSIBLE && end - at >= 26) tag = view.getUint16(at + 24, true)
  const encoding = WAV_TAGS[tag]
  const channels = view.getUint16(at + 2, true)
  const sampleRate = view.getUint32(at + 4, true)
  const bits = view.getUint16(at + 14, true)
  if (!encoding || !WAV_BITS[encoding].includes(bits)) {
    const what = encoding
      ? `${encoding} of ${bits} bits`
      : `format tag 0x${tag.toString(16).padStart(4, '0')}`
    throw new ParleyError('media_unsupported', `WAV file in ${what}`)
  }
  if (channels < 1 || channels > MOST_CHANNELS) {
    throw new ParleyError('media_damaged', `WAV file with ${channels} channels`)
  }
  if (sampleRate < RESAMPLER_RATES.lowest || sampleRate > RESAMPLER_RATES.highest) {
    throw new ParleyError('media_damaged', `WAV file with a sample rate of ${sampleRate} Hz`)
  }
  return { encoding, channels, sampleRate, bits }
}

function toMono(view: DataView, start: number, end: number, format: WavFormat): Int16Array {
  const bytesEach = format.bits / 8
  const stride = bytesEach * format.channels
  const count = Math.floor((end - start) / stride)
  if (count === 0) throw new ParleyError('media_damaged', 'WAV file without samples')
  const read = sampleReader(view, format)
  const pcm = new Int16Array(count)
  for (let i = 0; i < count; i++) {
    let sum = 0
    const at = start + i * stride
    for (let channel = 0; channel < format.channels; channel++) sum += read(at + channel * bytesEach)
    pcm[i] = clip(Math.round(sum / format.channels))
  }
  return pcm
}

/** Reads one sample, on the scale of 16 bits. */
function sampleReader(view: DataView, { encoding, bits }: WavFormat): (at: number) => number {
  if (encoding === 'alaw') return (at) => aLaw.expand[view.getUint8(at)]
  if (encoding === 'mulaw') return (at) => muLaw.expand[view.getUint8(at)]
  if (encoding === 'float') {
    const read = bits === 32 ? view.getFloat32.bind(view) : view.getFloat64.bind(view)
    return (at) => {
      const value = read(at, true)
      return Number.isNaN(value) ? 0 : Math.max(-32768, Math.min(32767, value * 32768))
    }
  }
  if (bits === 8) return (at) => (view.getUint8(at) - 128) * 256
  if (bits === 16) return (at) => view.getInt16(at, true)
  if (bits === 24) return (at) => (view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 256
  return (at) => view.getInt32(at, true) / 65536
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}
