import { isSdpRefusal } from './refusal.js'
import { parseSdp, payloadTypes } from './session-description.js'

/** What payload types mean that need no `a=rtpmap` (RFC 3551 §6), as far as telephones offer them. */
const statics: Readonly<Record<number, string>> = {
  0: 'PCMU',
  3: 'GSM',
  4: 'G723',
  8: 'PCMA',
  9: 'G722',
  15: 'G728',
  18: 'G729',
}

/** What is negotiated as a codec and is none. */
const notCodecs = new Set(['telephone-event', 'CN'])

/** Encoding names of the codecs that an offer has for audio, in its order, whether this end knows them or not. */
export function offeredCodecs(sdp: string): readonly string[] {
  const parsed = parseSdp(sdp)
  if (isSdpRefusal(parsed)) return []
  const line = parsed.lines.find(({ type, port }) => type === 'audio' && port !== 0)
  if (!line) return []
  const names = payloadTypes(line).flatMap((payloadType) => {
    const mapping = line.attributes.rtp.find(({ payload }) => payload === payloadType)
    return mapping ? String(mapping.codec) : (statics[payloadType] ?? [])
  })
  return [...new Set(names)].filter((name) => !notCodecs.has(name))
}
