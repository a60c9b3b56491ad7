import type { HeaderFields } from '../build.js'

/** Methods this end takes. */
export const allowedMethods = [
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'PRACK',
  'UPDATE',
  'INFO',
  'REFER',
  'NOTIFY',
] as const

/** Methods that are known but not for us: 405 instead of 501. */
const otherMethods = ['REGISTER', 'SUBSCRIBE', 'MESSAGE', 'PUBLISH']

/** Extensions this end has; `timer` only while session timers are on. */
export function supportedExtensions(sessionTimers: boolean): string[] {
  const always = ['100rel', 'norefersub', 'replaces']
  return sessionTimers ? [...always, 'timer'] : always
}

/** What this end can do, as OPTIONS asks (RFC 3261 §11.2). @param registrar whether phones can register */
export function capabilityHeaders(sessionTimers: boolean, registrar = false): HeaderFields {
  return {
    Allow: [...allowedMethods, ...(registrar ? ['REGISTER'] : [])].join(', '),
    Supported: [...supportedExtensions(sessionTimers), ...(registrar ? ['path'] : [])].join(', '),
    Accept: 'application/sdp, application/dtmf-relay, application/dtmf, message/sipfrag',
    'Allow-Events': 'refer',
    'Accept-Encoding': 'identity',
    'Accept-Language': 'en',
  }
}

/** The status for a method that nobody here handles. */
export function statusForMethod(method: string): 405 | 501 {
  return otherMethods.includes(method) || allowedMethods.some((allowed) => allowed === method) ? 405 : 501
}
