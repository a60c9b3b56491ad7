import type { IncomingRefer } from '../../call.js'
import type { SipHeaders, SipRequest } from '../../message.js'
import { nameAddrOf } from '../../name-addr.js'
import type { Refusal } from '../refuse-request.js'

/** What a REFER says. */
export interface ReferRequest extends Pick<IncomingRefer, 'target' | 'referredBy'> {
  /** Whether the peer wants to hear how it goes on (RFC 4488). */
  readonly subscribes: boolean
}

/** Reads a REFER. @returns a refusal where it has not one valid Refer-To (RFC 3515 §2.4.2) */
export function readRefer({ headers }: SipRequest): ReferRequest | Refusal {
  const values = headers.getAll('Refer-To')
  const target = values.length === 1 ? nameAddrOf(values[0]!)?.uri : undefined
  if (target === undefined) return { status: 400, reason: 'One Refer-To is needed' }
  return { target, referredBy: headers.get('Referred-By') ?? '', subscribes: subscribes(headers) }
}

function subscribes(headers: SipHeaders): boolean {
  return headers.get('Refer-Sub')?.split(';')[0]?.trim().toLowerCase() !== 'false'
}
