import { isIP } from 'node:net'
import { type MediaDescription, parse, type SessionDescription } from 'sdp-transform'
import type { NegotiatedMedia } from '../media.js'
import { mappedCodec, type SdpCodec, staticCodec } from './codecs.js'
import { type CryptoLine, parseCrypto } from './crypto-lines.js'
import { malformed, type SdpRefusal } from './refusal.js'

export type Direction = NegotiatedMedia['direction']

/** One payload type of an audio line that we know. */
export interface AudioFormat {
  readonly payloadType: number
  readonly codec: SdpCodec
}

/** A `telephone-event` payload type (RFC 4733). */
export interface EventFormat {
  readonly payloadType: number
  readonly clockRate: number
}

/** One `m=` line with what holds for it, session-level defaults applied. */
export interface MediaLine {
  readonly type: string
  readonly port: number
  readonly protocol: string
  /** What follows the protocol, as written. */
  readonly formats: string
  readonly attributes: MediaDescription
  /** Address of `c=`; undefined when neither level has a usable one. */
  readonly address: string | undefined
  /** As its writer sees it; `sendrecv` when absent. */
  readonly direction: Direction
  /** Its `a=crypto` lines that this end can meet, the writer's favourite first. */
  readonly cryptos: readonly CryptoLine[]
}

/** A parsed session description. */
export interface ParsedSdp {
  readonly raw: SessionDescription
  readonly lines: readonly MediaLine[]
}

const maxMediaLines = 32

/** Parses without throwing. Lines it does not know are skipped, as RFC 8866 §5 asks. */
export function parseSdp(sdp: string): ParsedSdp | SdpRefusal {
  if (!/^v=0\s*$/m.test(sdp)) return malformed('v=0 is missing')
  const written = [...sdp.matchAll(/^m=(.*)$/gm)].map((match) => match[1]!.trim())
  if (written.length === 0) return malformed('it has no m= line')
  if (written.length > maxMediaLines) return malformed(`it has more than ${maxMediaLines} m= lines`)
  let raw: SessionDescription
  try {
    raw = parse(sdp)
  } catch {
    return malformed('it cannot be parsed')
  }
  const lines: MediaLine[] = []
  const cryptos = cryptosOf(sdp)
  for (const [index, text] of written.entries()) {
    const line = mediaLine(text, raw.media[index], raw, cryptos[index] ?? [])
    if (!line) return malformed(`m=${text.slice(0, 40)} is not a media line`)
    lines.push(line)
  }
  return { raw, lines }
}

function mediaLine(
  text: string,
  attributes: MediaDescription | undefined,
  session: SessionDescription,
  cryptos: readonly CryptoLine[],
): MediaLine | undefined {
  // A port may carry a count, as in 49170/2 (RFC 8866 §5.14); the first port is the one that matters.
  const match = /^(\S+)\s+(\d{1,5})(?:\/\d+)?\s+(\S+)(?:\s+(.*))?$/.exec(text)
  if (!match || !attributes) return undefined
  const port = Number(match[2])
  if (port > 65535) return undefined
  return {
    type: match[1]!.toLowerCase(),
    port,
    protocol: match[3]!,
    formats: match[4] ?? '',
    attributes,
    address: connectionAddress(attributes) ?? connectionAddress(session),
    direction: attributes.direction ?? session.direction ?? 'sendrecv',
    cryptos,
  }
}

/** The `a=crypto` of each media line. Read from the text, since the parser drops all session parameters but one. */
function cryptosOf(sdp: string): CryptoLine[][] {
  const sections = sdp.split(/^m=/m).slice(1)
  return sections.map((section) =>
    [...section.matchAll(/^a=crypto:(.*)$/gm)]
      .map((match) => parseCrypto(match[1]!))
      .filter((line) => line !== undefined),
  )
}

function connectionAddress(level: Pick<SessionDescription, 'connection'>): string | undefined {
  // Multicast suffixes (`/127`) have no place in a call.
  const address = level.connection?.ip === undefined ? undefined : String(level.connection.ip).split('/')[0]!
  return address === undefined || !isHost(address) ? undefined : address
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/.test(text)
}

/** The payload types of a line that carry a codec of ours, in the writer's order. */
export function audioFormats(line: MediaLine): AudioFormat[] {
  return payloadTypes(line).flatMap((payloadType) => {
    const mapping = line.attributes.rtp.find((rtp) => rtp.payload === payloadType)
    const codec = mapping
      ? mappedCodec(String(mapping.codec), Number(mapping.rate ?? 8000), Number(mapping.encoding ?? 1))
      : staticCodec(payloadType)
    return codec ? [{ payloadType, codec }] : []
  })
}

/** The `telephone-event` payload types of a line, in the writer's order. */
export function eventFormats(line: MediaLine): EventFormat[] {
  return payloadTypes(line).flatMap((payloadType) => {
    const mapping = line.attributes.rtp.find((rtp) => rtp.payload === payloadType)
    if (mapping === undefined || String(mapping.codec).toLowerCase() !== 'telephone-event') return []
    return [{ payloadType, clockRate: Number(mapping.rate ?? 8000) }]
  })
}

/** The payload types of a line, in the writer's order. */
export function payloadTypes(line: MediaLine): number[] {
  const numbers = line.formats.split(/\s+/).map((text) => (/^\d{1,3}$/.test(text) ? Number(text) : -1))
  return [...new Set(numbers)].filter((number) => number >= 0 && number <= 127)
}
