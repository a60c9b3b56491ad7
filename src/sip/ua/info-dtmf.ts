import type { SipRequest } from '../message.js'
import { mediaType } from './body.js'

/** A key press as INFO carries it. */
export interface InfoDigit {
  readonly digit: string
  readonly durationMs: number
}

/** `unsupported`: not a body for keys (415). `invalid`: one, but without a key (400). */
export type InfoBody = InfoDigit | 'empty' | 'unsupported' | 'invalid'

const defaultDurationMs = 160
const longestMs = 10_000
/** How the events of RFC 4733 are numbered, which some gateways send instead of characters. */
const byNumber = '0123456789*#ABCD'

/**
 * Reads a key press: `application/dtmf-relay` (`Signal=5`, `Duration=160` in ms, Cisco's format) or `application/dtmf`
 * (the key alone).
 */
export function infoDigit({ headers, body }: SipRequest): InfoBody {
  if (body.length === 0) return 'empty'
  const type = mediaType(headers.get('Content-Type') ?? '')
  const text = body.toString('latin1')
  if (type === 'application/dtmf-relay') {
    return digitOf(field(text, 'signal'), Number(field(text, 'duration') ?? defaultDurationMs))
  }
  if (type === 'application/dtmf') return digitOf(field(text, 'signal') ?? text.trim(), defaultDurationMs)
  return 'unsupported'
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)`, 'im').exec(text)?.[1]
}

function digitOf(signal: string | undefined, durationMs: number): InfoDigit | 'invalid' {
  const text = (signal ?? '').toUpperCase()
  const digit = /^1[0-5]$/.test(text) ? byNumber[Number(text)] : text
  if (digit === undefined || !/^[0-9A-D*#]$/.test(digit)) return 'invalid'
  const known = Number.isFinite(durationMs) && durationMs > 0
  return { digit, durationMs: known ? Math.min(durationMs, longestMs) : defaultDurationMs }
}
