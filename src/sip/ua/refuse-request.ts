import type { HeaderFields } from '../build.js'
import type { SipRequest } from '../message.js'
import { SipParseError } from '../parse-error.js'
import { schemeOf } from '../uri.js'
import { sdpBody } from './body.js'
import { allowedMethods, statusForMethod, supportedExtensions } from './capabilities.js'

/** A final response that refuses a request. */
export interface Refusal {
  readonly status: number
  readonly reason?: string
  readonly headers?: HeaderFields
}

/** What speaks against a request before its method is looked into (RFC 3261 §8.2.1 to §8.2.3). */
export function refuseRequest(request: SipRequest, sessionTimers: boolean): Refusal | undefined {
  const { method, headers } = request
  if (!allowedMethods.some((allowed) => allowed === method)) {
    return { status: statusForMethod(method), headers: { Allow: allowedMethods.join(', ') } }
  }
  if (!knownScheme(request.uri)) return { status: 416 }
  const supported = supportedExtensions(sessionTimers)
  const unknown = headers.getAll('Require').filter((tag) => !supported.includes(tag.toLowerCase()))
  if (unknown.length > 0) return { status: 420, headers: { Unsupported: unknown.join(', ') } }
  const offers = method === 'INVITE' || method === 'UPDATE'
  if (offers && sdpBody(request).kind === 'unsupported') {
    return { status: 415, headers: { Accept: 'application/sdp', 'Accept-Encoding': 'identity' } }
  }
  if (offers && !headers.get('Contact')) return { status: 400, reason: 'Contact is missing' }
  return undefined
}

function knownScheme(uri: string): boolean {
  try {
    return ['sip', 'sips', 'tel'].includes(schemeOf(uri))
  } catch (error) {
    if (error instanceof SipParseError) return false
    throw error
  }
}
