import type { CallControl } from '../../calls/index.js'

/** Twilio's word for where a call is; TeXML has the same. */
export function callStatus(call: CallControl): string {
  if (call.ending) return call.ending.status
  return call.state === 'answered' ? 'in-progress' : 'ringing'
}
