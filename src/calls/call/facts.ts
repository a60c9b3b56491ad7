import type { CallFacts } from '../../protocol/index.js'
import type { IncomingCall } from '../../sip/index.js'
import type { DialRequest } from '../call-service.js'
import type { CallIdentity } from '../identity.js'

/** The accounts that calls belong to, on either platform. */
export interface Accounts {
  /** Twilio's `AC…`. */
  readonly sid: string
  /** Telnyx's UUID. */
  readonly id: string
}

/** What both platforms tell about a call that goes out. */
export function factsOfOutgoing(
  request: DialRequest,
  target: Pick<CallFacts, 'callType'> & { readonly dialled: string },
  identity: CallIdentity,
  accounts: Accounts,
): CallFacts {
  const { related, child, fromDisplayName } = request
  return {
    ...identity,
    accountSid: accounts.sid,
    accountId: accounts.id,
    parentCallSid: (child && related?.identity.callSid) || '',
    from: request.from,
    to: toOf(request, target),
    forwardedFrom: '',
    callerName: fromDisplayName ?? '',
    direction: 'outbound',
    callType: target.callType,
  }
}

function toOf(
  { to }: DialRequest,
  { callType, dialled }: { readonly callType: CallFacts['callType']; readonly dialled: string },
): string {
  if (callType === 'CLIENT') return `client:${dialled}`
  return callType === 'PSTN' ? dialled : to
}

const number = /^\+?\d+$/

/** What both platforms tell about a call that came in. */
export function factsOfIncoming(sip: IncomingCall, identity: CallIdentity, accounts: Accounts): CallFacts {
  return {
    ...identity,
    accountSid: accounts.sid,
    accountId: accounts.id,
    parentCallSid: '',
    from: number.test(sip.from.user) ? sip.from.user : sip.from.uri,
    to: number.test(sip.dialled) ? sip.dialled : sip.to.uri,
    forwardedFrom: sip.divertedFrom,
    callerName: sip.from.displayName,
    direction: 'inbound',
    callType: number.test(sip.from.user) && sip.from.user.length > 6 ? 'PSTN' : 'SIP',
  }
}

/** What both platforms tell about a browser that calls. */
export function factsOfWeb(
  { from, dialled }: { readonly from: string; readonly dialled: string },
  identity: CallIdentity,
  accounts: Accounts,
): CallFacts {
  return {
    ...identity,
    accountSid: accounts.sid,
    accountId: accounts.id,
    parentCallSid: '',
    from: `client:${from}`,
    to: dialled,
    forwardedFrom: '',
    callerName: '',
    direction: 'inbound',
    callType: 'CLIENT',
  }
}
