import type { StreamCodec } from '../activity.js'

/** Hz of a codec's audio, as `start` tells it. @param wished for the codecs that have several */
export function streamRate(codec: StreamCodec, wished: number): number {
  switch (codec) {
    case 'PCMU':
    case 'PCMA':
    case 'G722':
      return 8000
    case 'AMR-WB':
      return 16_000
    case 'OPUS':
    case 'L16':
      return wished
  }
}
