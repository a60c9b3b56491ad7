import type { NegotiatedMedia } from '../media.js'
import type { Direction, EventFormat, MediaLine } from './session-description.js'

const mirrored: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
}

/**
 * The direction of a line as its reader sees it (RFC 3264 §6.1). An unspecified address (`c=IN IP4 0.0.0.0`) is the
 * old way to hold (§8.4): its writer wants to receive nothing.
 */
export function directionSeenFromHere(line: MediaLine): Direction {
  const seen = mirrored[line.direction]
  if (!isUnspecified(line.address)) return seen
  return seen === 'sendrecv' || seen === 'recvonly' ? 'recvonly' : 'inactive'
}

/** What remains of a direction when the other side allows no more than `limit`. */
export function limitDirection(direction: Direction, limit: Direction): Direction {
  const sends = canSend(direction) && canSend(limit)
  const receives = canReceive(direction) && canReceive(limit)
  if (sends) return receives ? 'sendrecv' : 'sendonly'
  return receives ? 'recvonly' : 'inactive'
}

function canSend(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

function canReceive(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}

function isUnspecified(address: string | undefined): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** Where RTP and RTCP of a line go: with rtcp-mux one port (RFC 5761), else `a=rtcp` (RFC 3605), else port + 1. */
export function destinations(
  line: MediaLine & { readonly address: string },
  rtcpMux: boolean,
): Pick<NegotiatedMedia, 'remote' | 'remoteRtcp' | 'rtcpMux'> {
  const remote = { address: line.address, port: line.port }
  if (rtcpMux) return { remote, remoteRtcp: remote, rtcpMux }
  const { rtcp } = line.attributes
  const named = rtcp && rtcp.port > 0 && rtcp.port <= 65535 ? rtcp : undefined
  const remoteRtcp = {
    address: named?.address ? String(named.address) : line.address,
    port: named?.port ?? Math.min(line.port + 1, 65535),
  }
  return { remote, remoteRtcp, rtcpMux }
}

/**
 * The `telephone-event` that goes with a codec: one of the same clock rate (RFC 4733 §2.1). Many phones pair Opus with
 * 8000 Hz events only; those are taken too.
 */
export function matchingEvents(events: readonly EventFormat[], clockRate: number): EventFormat | undefined {
  const matching = events.find((event) => event.clockRate === clockRate)
  return matching ?? (clockRate === 48000 ? events.find((event) => event.clockRate === 8000) : undefined)
}

const frameMs = 20
const longestPacketMs = 120

/** ms of audio per packet that the writer of a line wants: `a=ptime`, not above `a=maxptime`, in steps of 10 ms. */
export function packetTime(line: MediaLine): number {
  const wanted = positive(line.attributes.ptime) ?? frameMs
  const limit = Math.min(positive(line.attributes.maxptime) ?? longestPacketMs, longestPacketMs)
  return Math.max(10, Math.floor(Math.min(wanted, limit) / 10) * 10)
}

function positive(value: unknown): number | undefined {
  const number = Number(value)
  return Number.isFinite(number) && number > 0 ? number : undefined
}
