import { amrWbIsHere } from '../../audio/index.js'
import type { StreamCodec } from '../activity.js'

/** Codecs of media streams; the way of AMR-WB's payloads is that of RFC 4867 §4.4, octet-aligned. */
export const streamCodecs = ['PCMU', 'PCMA', 'G722', 'OPUS', 'AMR-WB', 'L16'] as const satisfies StreamCodec[]

/** Whether streams can have the codec on this machine: AMR-WB comes from libraries of the system. */
export function canStream(codec: StreamCodec): boolean {
  return codec !== 'AMR-WB' || amrWbIsHere()
}

/** The codec of a stream that has the call's own. @param codec of the call, under its RTP name */
export function streamCodecOf(codec: string | undefined): StreamCodec {
  const name = codec?.toUpperCase()
  return name === 'PCMA' || name === 'G722' || name === 'OPUS' ? name : 'PCMU'
}
