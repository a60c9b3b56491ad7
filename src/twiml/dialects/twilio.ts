import type { CallControl } from '../../calls/index.js'
import { callStatus } from './call-status.js'
import type { TwimlDialect } from './dialect.js'

/** TwiML. */
export const twilioDialect: TwimlDialect = {
  name: 'twilio',
  verbs: [
    'Connect',
    'Dial',
    'Enqueue',
    'Gather',
    'Hangup',
    'Leave',
    'Pause',
    'Play',
    'Record',
    'Redirect',
    'Refer',
    'Reject',
    'Say',
    'Start',
    'Stop',
  ],
  elements: {},
  parameters,
  callSid: (call) => call.identity.callSid,
  accountSid: (call) => call.facts.accountSid,
  apology: 'We are sorry, an application error has occurred. Goodbye.',
}

/** Where a number is at home is not known here; the fields are there, as Twilio has them for such numbers. */
const places = ['City', 'State', 'Zip', 'Country']
const parties = ['Called', 'Caller', 'From', 'To']
const unknownPlaces = Object.fromEntries(
  parties.flatMap((party) => places.map((place) => [`${party}${place}`, ''])),
)

function parameters(call: CallControl): Record<string, string> {
  const { facts } = call
  return {
    AccountSid: facts.accountSid,
    ApiVersion: '2010-04-01',
    CallSid: facts.callSid,
    CallStatus: callStatus(call),
    Called: facts.to,
    Caller: facts.from,
    Direction: directionOf(call),
    From: facts.from,
    To: facts.to,
    ...unknownPlaces,
    ...(facts.forwardedFrom !== '' && { ForwardedFrom: facts.forwardedFrom }),
    ...(facts.callerName !== '' && { CallerName: facts.callerName }),
    ...(facts.parentCallSid !== '' && { ParentCallSid: facts.parentCallSid }),
    ...verification(call),
    ...sipHeaders(call),
  }
}

function directionOf({ direction, facts }: CallControl): string {
  if (direction === 'inbound') return 'inbound'
  return facts.parentCallSid === '' ? 'outbound-api' : 'outbound-dial'
}

/** How far a carrier vouches for the caller's number: the `verstat` of its URIs (3GPP TS 24.229 §7.2A.20). */
function verification({ headers }: CallControl): Record<string, string> {
  const from = headers.filter(([name]) => /^(p-asserted-identity|from)$/i.test(name))
  const verstat = from.map(([, value]) => /;verstat=([\w-]+)/i.exec(value)?.[1]).find(Boolean)
  return verstat === undefined ? {} : { StirVerstat: verstat }
}

/** Header lines of the INVITE that applications make themselves. */
function sipHeaders({ headers }: CallControl): Record<string, string> {
  const own = headers.filter(([name]) => /^(x-|user-to-user$)/i.test(name))
  return Object.fromEntries(own.map(([name, value]) => [`SipHeader_${name}`, value]))
}
