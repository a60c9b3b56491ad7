import type { NegotiatedMedia } from '../media.js'
import { defaultPreference, type SdpCodecName } from './codecs.js'
import { isSdpRefusal, malformed, notAcceptable, type SdpRefusal } from './refusal.js'
import {
  type AudioFormat,
  audioFormats,
  eventFormats,
  type MediaLine,
  parseSdp,
} from './session-description.js'
import { destinations, directionSeenFromHere, matchingEvents, packetTime } from './streams.js'

export interface NegotiateOptions {
  /** Codecs this end takes, the best first. */
  readonly preference?: readonly SdpCodecName[]
}

/**
 * What this end makes of an offer (RFC 3264 §6): the first audio line it can meet, its best codec on it.
 * Refuses, and never throws, what is no session description (400) or has nothing in common (488).
 */
export function negotiateOffer(
  offerSdp: string,
  options: NegotiateOptions = {},
): NegotiatedMedia | SdpRefusal {
  const offer = parseSdp(offerSdp)
  if (isSdpRefusal(offer)) return offer
  const audio = offer.lines.filter((line) => line.type === 'audio' && line.port !== 0)
  if (audio.length === 0) return notAcceptable('no audio stream offered')
  const preference = options.preference ?? defaultPreference
  const results = audio.map((line) => negotiateLine(line, preference))
  return results.find((result) => !isSdpRefusal(result)) ?? results[0]!
}

/** Profiles of plain RTP; feedback (AVPF, RFC 4585) only adds RTCP that need not be sent. */
const plainProfiles = ['RTP/AVP', 'RTP/AVPF']

/** Why a line's transport cannot be met; undefined when it can. Keyed media (SAVP) has its place here. */
export function refuseProtocol(line: MediaLine): SdpRefusal | undefined {
  if (plainProfiles.includes(line.protocol.toUpperCase())) return undefined
  return notAcceptable(`${line.protocol.slice(0, 40)} is not supported, offer RTP/AVP`)
}

function negotiateLine(line: MediaLine, preference: readonly SdpCodecName[]): NegotiatedMedia | SdpRefusal {
  const refusal = refuseProtocol(line)
  if (refusal) return refusal
  const { address } = line
  if (address === undefined) return malformed('the audio stream has no usable c= line')
  const chosen = preferredFormat(audioFormats(line), preference)
  if (!chosen) return notAcceptable(`no codec in common, one of ${preference.join(', ')} is needed`)
  const { payloadType, codec } = chosen
  const events = matchingEvents(eventFormats(line), codec.clockRate)
  return {
    codec: codec.name,
    payloadType,
    receivePayloadType: payloadType,
    telephoneEvent: events && { ...events, receivePayloadType: events.payloadType },
    ...destinations({ ...line, address }, line.attributes.rtcpMux !== undefined),
    ptimeMs: packetTime(line),
    direction: directionSeenFromHere(line),
  }
}

function preferredFormat(
  formats: readonly AudioFormat[],
  preference: readonly SdpCodecName[],
): AudioFormat | undefined {
  for (const name of preference) {
    const format = formats.find(({ codec }) => codec.name === name)
    if (format) return format
  }
  return undefined
}
