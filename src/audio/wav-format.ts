/** The encodings of WAV that are read. 1, 3, 6 and 7 are Microsoft's format tags. */
export type WavEncoding = 'pcm' | 'float' | 'alaw' | 'mulaw'

export interface WavFormat {
  readonly encoding: WavEncoding
  readonly channels: number
  /** Hz */
  readonly sampleRate: number
  /** Bits of one sample of one channel, as stored. */
  readonly bits: number
}

export const WAV_TAGS: Readonly<Record<number, WavEncoding>> = { 1: 'pcm', 3: 'float', 6: 'alaw', 7: 'mulaw' }
/** WAVE_FORMAT_EXTENSIBLE: the real tag is the start of the GUID at byte 24 of the fmt chunk. */
export const WAV_EXTENSIBLE = 0xfffe
/** Bits per sample that each encoding comes with. */
export const WAV_BITS: Readonly<Record<WavEncoding, readonly number[]>> = {
  pcm: [8, 16, 24, 32],
  float: [32, 64],
  alaw: [8],
  mulaw: [8],
}
/** Sizes that say "unknown": of a stream written without seeking, or of more than 4 GiB. */
export const WAV_UNKNOWN_SIZE = 0xffffffff
