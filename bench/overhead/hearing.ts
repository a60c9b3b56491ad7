import { muLaw } from '../../src/audio/index.js'

const RTP_HEADER = 12
/** About -50 dBFS: far below a fade's beginning, far above a coded silence. */
const THRESHOLD = 100

/** Whether a mu-law code is sound. */
const loud = Uint8Array.from(muLaw.expand, (sample) => (Math.abs(sample) > THRESHOLD ? 1 : 0))

/** Whether an RTP packet of PCMU has any sample above the threshold: a frame that fades out has. */
export function hasSound(packet: Uint8Array): boolean {
  for (let at = RTP_HEADER; at < packet.length; at++) if (loud[packet[at]!]) return true
  return false
}
