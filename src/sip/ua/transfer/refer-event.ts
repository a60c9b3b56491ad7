import type { SipHeaders } from '../../message.js'
import { SipParseError } from '../../parse-error.js'
import { parseParams } from '../../tokens.js'

/** The `id` of a transfer's event, which is the CSeq of its REFER (RFC 3515 §2.4.6). */
export interface ReferEvent {
  readonly id: number | undefined
}

/** Reads `Event: refer;id=93809823`; undefined for every other event. */
export function referEvent(headers: SipHeaders): ReferEvent | undefined {
  const [name, params] = split(headers.get('Event'))
  if (name !== 'refer') return undefined
  const id = params.get('id')
  return { id: id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined }
}

/** `Subscription-State` (RFC 6665 §8.4). */
export interface SubscriptionState {
  readonly terminated: boolean
  /** Seconds until it expires, where it says. */
  readonly expires: number | undefined
}

/** A NOTIFY without the header comes from an older peer: its subscription goes on. */
export function subscriptionState(headers: SipHeaders): SubscriptionState {
  const [name, params] = split(headers.get('Subscription-State'))
  const expires = params.get('expires')
  return {
    terminated: name === 'terminated',
    expires: expires !== undefined && /^\d{1,9}$/.test(expires) ? Number(expires) : undefined,
  }
}

function split(value = ''): [name: string, params: ReadonlyMap<string, string | undefined>] {
  const [name = '', ...rest] = value.split(';')
  try {
    return [name.trim().toLowerCase(), parseParams(rest.join(';'))]
  } catch (error) {
    if (error instanceof SipParseError) return [name.trim().toLowerCase(), new Map()]
    throw error
  }
}
