import type { CodecName } from './codec.js'

/** Opus frame sizes in ms by the two low bits of a configuration, for its three modes (RFC 6716 §3.1, table 2). */
const silk = [10, 20, 40, 60]
const hybrid = [10, 20, 10, 20]
const celt = [2.5, 5, 10, 20]

/** How many ms of audio an RTP payload holds; 0 for one that cannot be read. */
export function payloadMs(codec: CodecName, payload: Uint8Array): number {
  // All codecs but Opus are 64 kbit/s streams.
  return codec === 'opus' ? opusMs(payload) : payload.length / 8
}

function opusMs(payload: Uint8Array): number {
  const head = payload[0]
  if (head === undefined) return 0
  const config = head >> 3
  const sizes = config < 12 ? silk : config < 16 ? hybrid : celt
  const code = head & 3
  const frames = code === 0 ? 1 : code < 3 ? 2 : (payload[1] ?? 0) & 0x3f
  return frames * sizes[config & 3]!
}
