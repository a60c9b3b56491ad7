import type { MediaDescription } from 'sdp-transform'
import { ParleyError } from '../../base/errors.js'
import type { NegotiatedMedia } from '../media.js'
import { sdpCodec } from './codecs.js'
import { isSdpRefusal } from './refusal.js'
import { answerCrypto, carriesSecurity } from './security.js'
import { audioFormats, type MediaLine, parseSdp } from './session-description.js'
import { eventAttributes, type LocalMedia, rtcpAttribute, writeSession } from './write.js'

/**
 * The answer to an offer, from what `negotiateOffer` made of it (RFC 3264 §6): as many media lines as offered, the
 * agreed one accepted with the payload numbers of the offer, all others refused with port 0.
 * @throws ParleyError `internal_error` when `negotiated` did not come from this offer
 */
export function writeAnswer(offerSdp: string, negotiated: NegotiatedMedia, local: LocalMedia): string {
  const offer = parseSdp(offerSdp)
  const lines = isSdpRefusal(offer) ? [] : offer.lines
  const accepted = lines.findIndex((line) => carries(line, negotiated))
  if (accepted < 0) {
    throw new ParleyError('internal_error', `No audio line of the offer carries ${negotiated.codec}.`)
  }
  return writeSession(
    local,
    lines.map((line, index) => (index === accepted ? acceptLine(line, negotiated, local) : refuseLine(line))),
  )
}

function carries(line: MediaLine, negotiated: NegotiatedMedia): boolean {
  if (line.type !== 'audio' || line.port === 0 || !carriesSecurity(line, negotiated.srtp)) return false
  return audioFormats(line).some(
    ({ codec, payloadType }) => codec.name === negotiated.codec && payloadType === negotiated.payloadType,
  )
}

function acceptLine(line: MediaLine, negotiated: NegotiatedMedia, local: LocalMedia): MediaDescription {
  const { payloadType, telephoneEvent } = negotiated
  const codec = sdpCodec(negotiated.codec)
  const channels = codec.channels === 2 ? { encoding: codec.channels } : {}
  const event = telephoneEvent && eventAttributes(telephoneEvent)
  return {
    type: 'audio',
    port: local.port,
    protocol: line.protocol,
    payloads: [payloadType, telephoneEvent?.payloadType].filter((type) => type !== undefined).join(' '),
    rtp: [
      { payload: payloadType, codec: codec.name, rate: codec.clockRate, ...channels },
      ...(event?.rtp ?? []),
    ],
    fmtp: [...(codec.fmtp ? [{ payload: payloadType, config: codec.fmtp }] : []), ...(event?.fmtp ?? [])],
    ptime: negotiated.ptimeMs,
    direction: negotiated.direction,
    ...answerCrypto(line, negotiated.srtp),
    ...mirroredMid(line),
    ...(negotiated.rtcpMux ? { rtcpMux: 'rtcp-mux' } : rtcpAttribute(local)),
  }
}

/** A refused line repeats the media type, transport and formats with port 0 (RFC 3264 §6). */
function refuseLine(line: MediaLine): MediaDescription {
  return {
    type: line.type,
    port: 0,
    protocol: line.protocol,
    payloads: line.formats,
    rtp: [],
    fmtp: [],
    ...mirroredMid(line),
  }
}

/** RFC 5888 §9.1: an answer names its lines as the offer did. */
function mirroredMid(line: MediaLine): Pick<MediaDescription, 'mid'> {
  return line.attributes.mid === undefined ? {} : { mid: String(line.attributes.mid) }
}
