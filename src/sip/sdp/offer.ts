import { randomBytes } from 'node:crypto'
import type { MediaDescription } from 'sdp-transform'
import type { NegotiatedMedia } from '../media.js'
import { defaultPreference, type SdpCodec, type SdpCodecName, sdpCodec } from './codecs.js'
import { isSdpRefusal, malformed, notAcceptable, type SdpRefusal } from './refusal.js'
import { offerSecurity, settleSecurity } from './security.js'
import {
  audioFormats,
  type EventFormat,
  eventFormats,
  type MediaLine,
  parseSdp,
} from './session-description.js'
import { createSrtpKeys, type SrtpKeySource } from './srtp-suites.js'
import { destinations, directionSeenFromHere, limitDirection, matchingEvents, packetTime } from './streams.js'
import { eventAttributes, type LocalMedia, rtcpAttribute, writeSession } from './write.js'

/** Our payload types for `telephone-event`; 101 for 8000 Hz is what most peers use themselves. */
const offeredEvents: readonly EventFormat[] = [
  { payloadType: 101, clockRate: 8000 },
  { payloadType: 102, clockRate: 48000 },
]

export interface OfferOptions {
  /** Codecs to offer, the best first. */
  readonly preference?: readonly SdpCodecName[]
  /** `sendrecv` unless this end holds the call. */
  readonly direction?: NegotiatedMedia['direction']
  /** `srtp`: encrypted audio, and nothing else (RTP/SAVP). Default `none`. */
  readonly encryption?: 'none' | 'srtp' | undefined
  /** Keys of this end; a call that offers again has to offer the same. Fresh ones when absent. */
  readonly srtpKeys?: SrtpKeySource | undefined
}

/** Our own offer: for an INVITE that brought none, and for calls we place (RFC 3264 §5). */
export function writeOffer(local: LocalMedia, options: OfferOptions = {}): string {
  const codecs = (options.preference ?? defaultPreference).map(sdpCodec)
  const rates = new Set(codecs.map((codec) => codec.clockRate as number))
  const events = offeredEvents.filter((event) => rates.has(event.clockRate))
  const attributes = [...codecs.map(codecAttributes), ...events.map(eventAttributes)]
  const { encryption, srtpKeys = createSrtpKeys(randomBytes) } = options
  const types = [...codecs, ...events].map(({ payloadType }) => payloadType)
  return writeSession(local, [
    {
      type: 'audio',
      port: local.port,
      ...offerSecurity(encryption === 'srtp' ? srtpKeys : undefined),
      payloads: types.join(' '),
      rtp: attributes.flatMap(({ rtp }) => rtp),
      fmtp: attributes.flatMap(({ fmtp }) => fmtp),
      ptime: 20,
      direction: options.direction ?? 'sendrecv',
      rtcpMux: 'rtcp-mux',
      ...rtcpAttribute(local),
    },
  ])
}

function codecAttributes(codec: SdpCodec): Pick<MediaDescription, 'rtp' | 'fmtp'> {
  const channels = codec.channels === 2 ? { encoding: codec.channels } : {}
  return {
    rtp: [{ payload: codec.payloadType, codec: codec.name, rate: codec.clockRate, ...channels }],
    fmtp: codec.fmtp ? [{ payload: codec.payloadType, config: codec.fmtp }] : [],
  }
}

/**
 * What an answer to our offer settles (RFC 3264 §7). The answerer may number a codec differently: we send with its
 * number and receive with ours. Refuses, and never throws, an answer that accepts no audio of ours.
 */
export function acceptAnswer(offerSdp: string, answerSdp: string): NegotiatedMedia | SdpRefusal {
  const offer = parseSdp(offerSdp)
  if (isSdpRefusal(offer)) return offer
  const answer = parseSdp(answerSdp)
  if (isSdpRefusal(answer)) return answer
  const index = offer.lines.findIndex((line) => line.type === 'audio' && line.port !== 0)
  const offered = offer.lines[index]
  const answered = answer.lines[index]
  if (!offered || answered?.type !== 'audio') return malformed('the answer has no line for our audio stream')
  if (answered.port === 0) return notAcceptable('the audio stream was refused')
  return settle(offered, answered)
}

function settle(offered: MediaLine, answered: MediaLine): NegotiatedMedia | SdpRefusal {
  const security = settleSecurity(offered, answered)
  if (isSdpRefusal(security)) return security
  const { address } = answered
  if (address === undefined) return malformed('the audio stream has no usable c= line')
  const ours = audioFormats(offered)
  const theirs = audioFormats(answered).find(({ codec }) => ours.some((format) => format.codec === codec))
  const own = ours.find(({ codec }) => codec === theirs?.codec)
  if (!theirs || !own) return notAcceptable('the answer has none of the codecs offered')
  const rtcpMux = offered.attributes.rtcpMux !== undefined && answered.attributes.rtcpMux !== undefined
  return {
    codec: theirs.codec.name,
    payloadType: theirs.payloadType,
    receivePayloadType: own.payloadType,
    telephoneEvent: settleEvents(offered, answered, theirs.codec.clockRate),
    ...destinations({ ...answered, address }, rtcpMux),
    ptimeMs: packetTime(answered),
    direction: limitDirection(directionSeenFromHere(answered), offered.direction),
    ...security,
  }
}

function settleEvents(
  offered: MediaLine,
  answered: MediaLine,
  clockRate: number,
): NegotiatedMedia['telephoneEvent'] {
  const theirs = matchingEvents(eventFormats(answered), clockRate)
  const own = eventFormats(offered).find((event) => event.clockRate === theirs?.clockRate)
  return theirs && own && { ...theirs, receivePayloadType: own.payloadType }
}
