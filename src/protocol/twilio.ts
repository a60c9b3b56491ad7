import { decodeFrame, notJson, tooLargeProblem } from './decode.js'
import type { Dialect } from './dialect.js'
import { commonFrame } from './encode.js'
import type { CallFacts, ErrorEvent, RelayEvent, SetupEvent } from './events.js'
import {
  type TwilioInfoFrame,
  type TwilioRelayFrame,
  type TwilioSetupFrame,
  twilioAppFrames,
} from './frames/twilio.js'

/** Twilio's number for a frame it cannot take. */
const INVALID_MESSAGE = 64107

/** ConversationRelay as Twilio speaks it. */
export const twilioDialect: Dialect = {
  name: 'twilio',
  partialsByDefault: false,
  encode: (event) => JSON.stringify(toFrame(event)),
  decode: (data, isBinary) => decodeFrame(twilioAppFrames, data, isBinary),
  tooLarge: tooLargeProblem,
  closeNormal: { code: 1000, reason: 'Closing websocket session' },
  closeTooManyInvalid: { code: 1007, reason: 'Too many consecutive malformed messages.' },
}

function toFrame(event: RelayEvent): TwilioRelayFrame {
  switch (event.type) {
    case 'setup':
      return setupFrame(event, event.call)
    case 'error':
      return { type: 'error', description: describe(event) }
    case 'info':
      // The event has the wire's own keys; their order is set here.
      return { type: 'info', name: event.name, value: event.value } as TwilioInfoFrame
    default:
      return commonFrame(event)
  }
}

function setupFrame(event: SetupEvent, call: CallFacts): TwilioSetupFrame {
  return {
    type: 'setup',
    sessionId: event.sessionId,
    callSid: call.callSid,
    parentCallSid: call.parentCallSid,
    from: call.from,
    to: call.to,
    forwardedFrom: call.forwardedFrom,
    callerName: call.callerName,
    direction: call.direction === 'inbound' ? 'inbound' : 'outbound-api',
    callType: call.callType,
    callStatus: event.status === 'ringing' ? 'RINGING' : 'IN_PROGRESS',
    accountSid: call.accountSid,
    customParameters: event.parameters,
  }
}

/**
 * Recorded of Twilio: `Invalid message received, code: 64107, ` and the frame's text. Beginning and end are kept;
 * what is wrong with the frame goes between them, unless it is not JSON, which its text says by itself.
 */
function describe({ problem, twilio, raw }: ErrorEvent): string {
  if (raw === undefined) return twilio === undefined ? problem : `${problem}, code: ${twilio}`
  const start = `Invalid message received, code: ${twilio ?? INVALID_MESSAGE}`
  if (raw === '') return `${start}, ${problem}`
  return problem === notJson ? `${start}, ${raw}` : `${start}, ${problem}, ${raw}`
}
