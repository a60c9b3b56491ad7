import { createResponse, type HeaderFields } from '../build.js'
import type { SipResponse } from '../message.js'
import { quote } from '../tokens.js'
import type { ServerTransaction } from '../transaction.js'
import { freshToken, randomUpTo, type UserAgentContext } from './context.js'

/** A response of ours beside its status. */
export interface Reply {
  readonly reason?: string | undefined
  readonly headers?: HeaderFields | undefined
  readonly body?: string
  /** Tag of the dialog; a fresh one outside of dialogs, where the request has none. */
  readonly toTag?: string
}

/** Writes a response with this end's name in it. */
export function replyTo(
  context: UserAgentContext,
  { request }: ServerTransaction,
  status: number,
  reply: Reply = {},
): SipResponse {
  const type = reply.body ? { 'Content-Type': 'application/sdp' } : {}
  // Phones show the phrase, gateways log the Warning (RFC 3261 §13.3.1.3 wants one with 488).
  const why = status === 488 && reply.reason ? { Warning: `399 parley ${quote(reply.reason)}` } : {}
  return createResponse(request, status, reply.reason, {
    toTag: reply.toTag ?? freshToken(context),
    headers: { Server: context.options.userAgent, ...type, ...why, ...reply.headers },
    body: reply.body ?? '',
  })
}

/** Writes and sends a response. */
export function respond(
  context: UserAgentContext,
  transaction: ServerTransaction,
  status: number,
  reply: Reply = {},
): void {
  transaction.respond(replyTo(context, transaction, status, reply))
}

/** Retry-After of 0 to 10 s, as RFC 3261 §14.2 wants it for overlapping requests. */
export function overlapping(context: UserAgentContext): Reply {
  return {
    reason: 'Overlapping Requests',
    headers: { 'Retry-After': String(randomUpTo(context, 10)) },
  }
}
