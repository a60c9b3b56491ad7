import type { CallControl } from '../../calls/index.js'
import { callStatus } from './call-status.js'
import type { TwimlDialect } from './dialect.js'
import { twilioDialect } from './twilio.js'

/** TeXML. */
export const telnyxDialect: TwimlDialect = {
  name: 'telnyx',
  verbs: twilioDialect.verbs,
  elements: {
    Stream: { defaults: { bidirectionalMode: 'mp3' } },
    Transcription: {
      aliases: {
        interimResults: 'partialResults',
        language: 'languageCode',
        transcriptionCallback: 'statusCallbackUrl',
        transcriptionCallbackMethod: 'statusCallbackMethod',
        transcriptionTracks: 'track',
      },
    },
  },
  parameters,
  callSid: (call) => call.identity.callControlId,
  accountSid: (call) => call.facts.accountId,
  apology: '',
}

function parameters(call: CallControl): Record<string, string> {
  const { facts, identity } = call
  return {
    AccountSid: facts.accountId,
    CallSid: identity.callControlId,
    CallSidLegacy: identity.callControlId,
    CallStatus: callStatus(call),
    CallerId: facts.from,
    CallingPartyType: facts.callType === 'PSTN' ? 'pstn' : 'sip',
    Direction: call.direction,
    From: facts.from,
    FromSipUri: sipUri(facts.from),
    To: facts.to,
    ToSipUri: sipUri(facts.to),
    ...(facts.forwardedFrom !== '' && { ForwardedFrom: facts.forwardedFrom }),
    ...(facts.callerName !== '' && { CallerName: facts.callerName }),
  }
}

function sipUri(party: string): string {
  return /^sips?:/i.test(party) ? party : ''
}
