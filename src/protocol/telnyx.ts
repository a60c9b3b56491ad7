import { decodeFrame, tooLargeProblem } from './decode.js'
import type { Dialect } from './dialect.js'
import { commonFrame } from './encode.js'
import type { CallFacts, ErrorEvent, RelayEvent, SetupEvent } from './events.js'
import { type TelnyxRelayFrame, type TelnyxSetupFrame, telnyxAppFrames } from './frames/telnyx.js'

/** Conversation Relay as Telnyx speaks it. */
export const telnyxDialect: Dialect = {
  name: 'telnyx',
  partialsByDefault: true,
  encode(event) {
    const frame = toFrame(event)
    return frame && JSON.stringify(frame)
  },
  decode: (data, isBinary) => decodeFrame(telnyxAppFrames, data, isBinary),
  tooLarge: tooLargeProblem,
  closeNormal: { code: 1000, reason: 'Conversation Relay session ended' },
  closeTooManyInvalid: { code: 1007, reason: 'Too many consecutive malformed messages.' },
}

function toFrame(event: RelayEvent): TelnyxRelayFrame | undefined {
  switch (event.type) {
    case 'setup':
      return setupFrame(event, event.call)
    case 'error':
      return { type: 'error', description: describe(event) }
    case 'info':
      return undefined
    default:
      return commonFrame(event)
  }
}

/** Telnyx documents one `callStatus` only. */
function setupFrame(event: SetupEvent, call: CallFacts): TelnyxSetupFrame {
  return {
    type: 'setup',
    sessionId: event.sessionId,
    accountSid: call.accountId,
    callSid: call.callControlId,
    callControlId: call.callControlId,
    callSessionId: call.callSessionId,
    callLegId: call.callLegId,
    from: call.from,
    to: call.to,
    direction: call.direction,
    callerName: call.callerName,
    callStatus: 'active',
    customParameters: event.parameters,
  }
}

function describe({ problem, raw }: ErrorEvent): string {
  return raw === undefined ? problem : `Invalid message: ${problem}`
}
