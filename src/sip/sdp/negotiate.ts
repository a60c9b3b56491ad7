import type { NegotiatedMedia } from '../media.js'
import { defaultPreference, type SdpCodecName } from './codecs.js'
import { isSdpRefusal, malformed, notAcceptable, type SdpRefusal } from './refusal.js'
import { answerSecurity } from './security.js'
import {
  type AudioFormat,
  audioFormats,
  eventFormats,
  type MediaLine,
  parseSdp,
} from './session-description.js'
import type { SrtpKeySource, SrtpPolicy } from './srtp-suites.js'
import { destinations, directionSeenFromHere, matchingEvents, packetTime } from './streams.js'

export interface NegotiateOptions {
  /** Codecs this end takes, the best first. */
  readonly preference?: readonly SdpCodecName[]
  /** Whether encrypted audio is taken, and plain; default `off`. */
  readonly srtp?: SrtpPolicy
  /** Keys of this end; without them nothing encrypted is taken. */
  readonly srtpKeys?: SrtpKeySource
}

/**
 * What this end makes of an offer (RFC 3264 §6): the first audio line it can meet, an encrypted one before others, and
 * its best codec on it.
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
  const results = audio.map((line) => negotiateLine(line, options))
  const met = results.filter((result): result is NegotiatedMedia => !isSdpRefusal(result))
  return met.find((result) => result.srtp) ?? met[0] ?? results[0]!
}

function negotiateLine(line: MediaLine, options: NegotiateOptions): NegotiatedMedia | SdpRefusal {
  const preference = options.preference ?? defaultPreference
  const security = answerSecurity(line, options.srtp ?? 'off', options.srtpKeys)
  if (isSdpRefusal(security)) return security
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
    ...security,
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
