import type { NewCall, NewSession } from '../../src/store/index.js'

/** A call whose identifiers all derive from `n`. */
export function newCall(n: number, changes: Partial<NewCall> = {}): NewCall {
  const hex = n.toString(16).padStart(32, '0')
  return {
    callSid: `CA${hex}`,
    callControlId: `v3:${hex}`,
    callSessionId: `cs-${hex}`,
    callLegId: `cl-${hex}`,
    direction: 'inbound',
    from: `+1555010${n}`,
    to: '+15550200',
    dialled: '1000',
    startedAt: 1_700_000_000_000 + n,
    ...changes,
  }
}

export function newSession(n: number, changes: Partial<NewSession> = {}): NewSession {
  const hex = n.toString(16).padStart(32, '0')
  return {
    sessionId: `VX${hex}`,
    callSid: `CA${hex}`,
    dialect: 'twilio',
    url: 'ws://127.0.0.1:9000/ws',
    startedAt: 1_700_000_000_000 + n,
    settings: { welcomeGreeting: 'Hello.', hints: ['opening hours'] },
    ...changes,
  }
}
