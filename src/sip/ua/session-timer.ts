import type { Clock, Timer } from '../../base/clock.js'
import type { HeaderFields } from '../build.js'
import type { SipHeaders, SipMessage } from '../message.js'
import type { SessionTimerOptions } from './options.js'
import type { Refusal } from './refuse-request.js'

/** What two ends agreed on: how long the session lasts without a refresh, and who refreshes (RFC 4028). */
export interface SessionInterval {
  readonly seconds: number
  readonly refresher: 'local' | 'remote'
}

/** RFC 4028 §5: no interval is shorter. */
const shortestSeconds = 90

/** What a `Session-Expires` says; undefined when there is none or it is not valid. */
export function sessionExpires(
  headers: SipHeaders,
): { readonly seconds: number; readonly refresher: 'uac' | 'uas' | undefined } | undefined {
  const value = headers.get('Session-Expires')
  const match = value === undefined ? null : /^\s*(\d{1,9})\s*((?:;.*)?)$/.exec(value)
  if (!match) return undefined
  const refresher = refresherOf(match[2]!)
  return { seconds: Number(match[1]), refresher }
}

function refresherOf(params: string): 'uac' | 'uas' | undefined {
  const value = /;\s*refresher\s*=\s*(ua[cs])\b/i.exec(params)?.[1]?.toLowerCase()
  return value === 'uac' || value === 'uas' ? value : undefined
}

/** The `Min-SE` of a message in seconds; RFC 4028's minimum when there is none. */
export function minSessionExpires(headers: SipHeaders): number {
  const seconds = Number.parseInt(headers.get('Min-SE') ?? '', 10)
  return Number.isFinite(seconds) && seconds > shortestSeconds ? Math.min(seconds, 2 ** 31) : shortestSeconds
}

/** Whether the sender of a message lists an extension in Supported. */
export function supports({ headers }: SipMessage, extension: string): boolean {
  return headers.getAll('Supported').some((tag) => tag.toLowerCase() === extension)
}

/**
 * What this end makes of the timer in a request, as its server (RFC 4028 §9, table 2).
 * @returns a refusal (422) when the interval is too short; undefined when the session is not timed
 */
export function timerForRequest(
  request: SipMessage,
  options: SessionTimerOptions | false,
): SessionInterval | Refusal | undefined {
  if (!options) return undefined
  const offered = sessionExpires(request.headers)
  const peerRefreshes = supports(request, 'timer')
  if (!offered && !peerRefreshes) return undefined
  const floor = Math.max(options.minSeconds, shortestSeconds)
  // A peer that does not know the extension could not make sense of a 422; a proxy wrote this header.
  if (offered && offered.seconds < floor && peerRefreshes) {
    return { status: 422, headers: { 'Min-SE': String(floor) } }
  }
  const longest = Math.max(options.intervalSeconds, minSessionExpires(request.headers), floor)
  const seconds = Math.max(Math.min(offered?.seconds ?? longest, longest), shortestSeconds)
  const remote = peerRefreshes && offered?.refresher !== 'uas'
  return { seconds, refresher: remote ? 'remote' : 'local' }
}

/** The timer headers of the 2xx to the peer's request: there the peer is the UAC. */
export function timerResponseHeaders(interval: SessionInterval | undefined): HeaderFields {
  if (!interval) return {}
  const refresher = interval.refresher === 'remote' ? 'uac' : 'uas'
  const headers = { 'Session-Expires': `${interval.seconds};refresher=${refresher}` }
  return interval.refresher === 'remote' ? { ...headers, Require: 'timer' } : headers
}

/** The timer headers of a request of ours: there this end is the UAC. */
export function timerRequestHeaders(interval: SessionInterval | undefined, minSeconds: number): HeaderFields {
  if (!interval) return {}
  const refresher = interval.refresher === 'local' ? 'uac' : 'uas'
  return {
    'Session-Expires': `${interval.seconds};refresher=${refresher}`,
    'Min-SE': String(Math.max(minSeconds, shortestSeconds)),
  }
}

/** The timer that a 2xx to our request sets (RFC 4028 §7.2). Without a header, we go on refreshing if we did. */
export function timerFromResponse(
  response: SipMessage,
  current: SessionInterval | undefined,
): SessionInterval | undefined {
  const agreed = sessionExpires(response.headers)
  if (!agreed) return current?.refresher === 'local' ? current : undefined
  return {
    seconds: Math.max(agreed.seconds, shortestSeconds),
    refresher: agreed.refresher === 'uas' ? 'remote' : 'local',
  }
}

/**
 * Runs one session's timer: asks for a refresh at half of the interval when this end is the refresher, and ends the
 * session when none came (RFC 4028 §10).
 */
export class SessionTimer {
  private current: SessionInterval | undefined
  private refreshTimer: Timer | undefined
  private expiryTimer: Timer | undefined

  constructor(
    private readonly clock: Clock,
    private readonly refresh: () => void,
    private readonly expired: () => void,
  ) {}

  get interval(): SessionInterval | undefined {
    return this.current
  }

  /** Starts, or starts anew after a refresh; undefined stops. */
  set(interval: SessionInterval | undefined): void {
    this.stop()
    this.current = interval
    if (!interval) return
    const { seconds } = interval
    if (interval.refresher === 'local') this.refreshTimer = this.clock.after(seconds * 500, this.refresh)
    const margin = Math.min(32, seconds / 3)
    this.expiryTimer = this.clock.after((seconds - margin) * 1000, this.expired)
  }

  /** Tries the refresh again later; the session still ends when none succeeds in time. */
  retry(ms: number): void {
    this.refreshTimer?.cancel()
    if (this.current) this.refreshTimer = this.clock.after(ms, this.refresh)
  }

  stop(): void {
    this.refreshTimer?.cancel()
    this.expiryTimer?.cancel()
    this.current = undefined
  }
}
