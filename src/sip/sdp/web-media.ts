import { type MediaDescription, type SessionDescription, write } from 'sdp-transform'
import type { NegotiatedMedia } from '../media.js'
import { type SdpCodec, sdpCodec } from './codecs.js'
import { isSdpRefusal, malformed, notAcceptable, type SdpRefusal } from './refusal.js'
import { audioFormats, eventFormats, type MediaLine, parseSdp } from './session-description.js'
import { directionSeenFromHere, matchingEvents } from './streams.js'
import { eventAttributes } from './write.js'

/** How one end of a peer connection is found and recognised: ICE (RFC 8839) and DTLS (RFC 8842). */
export interface WebTransport {
  readonly iceUfrag: string
  readonly icePwd: string
  /** Hash and value of the certificate: `sha-256 9D:87:…`. */
  readonly fingerprint: string
  readonly setup: 'actpass' | 'active' | 'passive'
  /** Values of `a=candidate`. */
  readonly candidates: readonly string[]
}

/** What this end makes of a browser's offer. Plain data. */
export interface WebOffer {
  readonly media: NegotiatedMedia
  /** Name of the audio line (`a=mid`). */
  readonly mid: string
  readonly transport: WebTransport
  /** What the browser sends with; empty when it says nothing. */
  readonly ssrcs: readonly number[]
}

const opus = sdpCodec('opus')
/** A peer connection finds its way by itself: where its packets go is not for SDP to say. */
const nowhere = { address: 'peer', port: 1 }

/**
 * Reads a browser's offer (RFC 8829): its first audio line, with Opus. Refuses, and never throws, what is no session
 * description (400) or cannot be met (488).
 */
export function negotiateWebOffer(sdp: string): WebOffer | SdpRefusal {
  const offer = parseSdp(sdp)
  if (isSdpRefusal(offer)) return offer
  const line = audioLine(offer.lines)
  if (!line) return notAcceptable('no audio stream over UDP/TLS/RTP/SAVPF offered')
  if (line.attributes.rtcpMux === undefined) return notAcceptable('a=rtcp-mux is needed')
  const format = audioFormats(line).find(({ codec }) => codec.name === 'opus')
  if (!format) return notAcceptable('no codec in common, opus is needed')
  const transport = transportOf(line.attributes, offer.raw)
  if (!transport) {
    return malformed(
      'the audio stream lacks a=ice-ufrag, a=ice-pwd or a=fingerprint, or they are not well-formed',
    )
  }
  const mid = midOf(line, offer.lines.indexOf(line))
  if (!/^[\w+.-]{1,64}$/.test(mid)) return malformed('a=mid is no name')
  const { payloadType } = format
  const events = matchingEvents(eventFormats(line), opus.clockRate)
  const ssrcs = (line.attributes.ssrcs ?? []).map(({ id }) => Number(id))
  return {
    media: {
      codec: 'opus',
      payloadType,
      receivePayloadType: payloadType,
      telephoneEvent: events && { ...events, receivePayloadType: events.payloadType },
      remote: nowhere,
      remoteRtcp: nowhere,
      rtcpMux: true,
      ptimeMs: 20,
      // Where a line goes says nothing about hold here: addresses are ICE's.
      direction: directionSeenFromHere({ ...line, address: nowhere.address }),
    },
    mid,
    transport,
    ssrcs: [...new Set(ssrcs)].filter((ssrc) => Number.isInteger(ssrc) && ssrc >= 0 && ssrc < 2 ** 32),
  }
}

/** How an end that wrote a description is found; undefined where the description has no such line. */
export function webTransportOf(sdp: string): WebTransport | undefined {
  const parsed = parseSdp(sdp)
  if (isSdpRefusal(parsed)) return undefined
  const line = audioLine(parsed.lines)
  return line && transportOf(line.attributes, parsed.raw)
}

/** The offer's audio line alone, for an implementation that is to see nothing else of it. */
export function writeWebOffer({ media, mid, transport, ssrcs }: WebOffer): string {
  const direction = ({ sendonly: 'recvonly', recvonly: 'sendonly' } as const)[media.direction as string]
  const line = audio(media, opus, transport)
  return session([{ ...line, mid, direction: direction ?? media.direction, ssrcs: named(ssrcs) }], mid)
}

/**
 * The answer: the audio line accepted, every other one refused with port 0.
 * @param ssrc of what this end sends
 */
export function writeWebAnswer(
  offerSdp: string,
  { media, mid }: WebOffer,
  transport: WebTransport,
  ssrc: number,
): string {
  const offer = parseSdp(offerSdp)
  const lines = isSdpRefusal(offer) ? [] : offer.lines
  const accepted = audioLine(lines)
  const answer = lines.map((line, index): MediaDescription => {
    if (line !== accepted) return refused(line, index)
    const sends = media.direction === 'sendrecv' || media.direction === 'sendonly'
    return {
      ...audio(media, opus, transport),
      mid,
      endOfCandidates: 'end-of-candidates',
      ...(sends && { msid: [{ id: 'parley', appdata: 'audio' }], ssrcs: named([ssrc]) }),
    }
  })
  return session(answer, mid)
}

function audioLine(lines: readonly MediaLine[]): MediaLine | undefined {
  return lines.find(({ type, port, protocol }) => {
    return type === 'audio' && port !== 0 && /^(UDP|TCP)\/TLS\/RTP\/SAVPF?$/i.test(protocol)
  })
}

function midOf(line: MediaLine, index: number): string {
  return line.attributes.mid === undefined ? String(index) : String(line.attributes.mid)
}

function transportOf(line: MediaDescription, session: SessionDescription): WebTransport | undefined {
  const iceUfrag = line.iceUfrag ?? session.iceUfrag
  const icePwd = line.icePwd ?? session.icePwd
  const fingerprint = line.fingerprint ?? session.fingerprint
  // A text of digits alone comes as a number.
  const ice = [iceUfrag, icePwd].map((value) => String(value ?? ''))
  if (!ice.every((text) => iceText.test(text)) || !fingerprint) return undefined
  if (!/^[\w-]{1,16}$/.test(fingerprint.type) || !/^[\da-f:]{2,200}$/i.test(fingerprint.hash))
    return undefined
  const setup = line.setup ?? session.setup ?? 'actpass'
  return {
    iceUfrag: String(iceUfrag),
    icePwd: String(icePwd),
    fingerprint: `${fingerprint.type} ${fingerprint.hash}`,
    setup: setup === 'active' || setup === 'passive' ? setup : 'actpass',
    candidates: (line.candidates ?? []).map(candidateLine),
  }
}

/** RFC 8839 §5.4: ice-char, up to 256 of them. */
const iceText = /^[\w+/=-]{1,256}$/

type Candidate = NonNullable<MediaDescription['candidates']>[number]

function candidateLine(candidate: Candidate): string {
  const { foundation, component, transport, priority, ip, port, type, raddr, rport, tcptype } = candidate
  const related = raddr === undefined ? '' : ` raddr ${raddr} rport ${rport}`
  const tcp = tcptype === undefined ? '' : ` tcptype ${tcptype}`
  return `${foundation} ${component} ${transport} ${priority} ${ip} ${port} typ ${type}${related}${tcp}`
}

function audio(media: NegotiatedMedia, codec: SdpCodec, transport: WebTransport): MediaDescription {
  const { payloadType, telephoneEvent, direction } = media
  const event = telephoneEvent && eventAttributes(telephoneEvent)
  const [type = '', hash = ''] = transport.fingerprint.split(' ')
  return {
    type: 'audio',
    port: 9,
    protocol: 'UDP/TLS/RTP/SAVPF',
    payloads: [payloadType, telephoneEvent?.payloadType].filter((number) => number !== undefined).join(' '),
    connection: { version: 4, ip: '0.0.0.0' },
    rtp: [
      { payload: payloadType, codec: codec.name, rate: codec.clockRate, encoding: codec.channels },
      ...(event?.rtp ?? []),
    ],
    fmtp: [...(codec.fmtp ? [{ payload: payloadType, config: codec.fmtp }] : []), ...(event?.fmtp ?? [])],
    rtcpMux: 'rtcp-mux',
    direction,
    iceUfrag: transport.iceUfrag,
    icePwd: transport.icePwd,
    fingerprint: { type, hash },
    setup: transport.setup,
    candidates: transport.candidates.flatMap((text) => parseCandidate(text) ?? []),
  }
}

/** An `a=candidate` value in the parser's terms; undefined for what is none. */
function parseCandidate(text: string): Candidate | undefined {
  const match =
    /^(\S{1,32}) (\d{1,5}) (udp|tcp) (\d{1,10}) ([\w.:%-]{1,253}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: raddr ([\w.:%-]{1,253}) rport (\d{1,5}))?(?: tcptype (\S+))?/i.exec(
      text,
    )
  if (!match) return undefined
  const [, foundation, component, transport, priority, ip, port, type, raddr, rport, tcptype] = match
  return {
    foundation: foundation!,
    component: Number(component),
    transport: transport!,
    priority: Number(priority),
    ip: ip!,
    port: Number(port),
    type: type!,
    ...(raddr !== undefined && { raddr, rport: Number(rport) }),
    ...(tcptype !== undefined && { tcptype }),
  }
}

function refused(line: MediaLine, index: number): MediaDescription {
  return {
    type: line.type,
    port: 0,
    protocol: line.protocol,
    payloads: line.formats,
    connection: { version: 4, ip: '0.0.0.0' },
    rtp: [],
    fmtp: [],
    mid: midOf(line, index),
  }
}

function named(ssrcs: readonly number[]): NonNullable<MediaDescription['ssrcs']> {
  return ssrcs.map((id) => ({ id, attribute: 'cname', value: 'parley' }))
}

function session(media: MediaDescription[], mid: string): string {
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: '1',
      sessionVersion: 1,
      netType: 'IN',
      ipVer: 4,
      address: '127.0.0.1',
    },
    name: 'Parley',
    timing: { start: 0, stop: 0 },
    groups: [{ type: 'BUNDLE', mids: mid }],
    media,
  })
}
