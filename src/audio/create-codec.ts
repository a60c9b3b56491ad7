import type { Codec, CodecName } from './codec.js'
import { aLaw, G711Codec, muLaw } from './g711.js'
import { G722Codec } from './g722.js'
import { OpusCodec } from './opus.js'

/** A codec with fresh state, for one leg. Close it when the leg is gone. */
export function createCodec(name: CodecName): Codec {
  switch (name) {
    case 'opus':
      return new OpusCodec()
    case 'G722':
      return new G722Codec()
    case 'PCMU':
      return new G711Codec(muLaw)
    case 'PCMA':
      return new G711Codec(aLaw)
  }
}
