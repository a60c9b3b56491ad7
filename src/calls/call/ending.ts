import type { SipCallEnd } from '../../sip/index.js'
import type { CallControl, CallEnding } from '../call-control.js'
import { outcomeOf } from '../line/sip-outcomes.js'

/** How a call ended, before its leg has told its figures. */
export type Ending = Omit<CallEnding, 'quality'>

type Stage = Pick<CallControl, 'direction' | 'answeredAt'>

/** This end hangs up: BYE, CANCEL, or a refusal with 480. */
export function hungUp({ direction, answeredAt }: Stage, reason: string): Ending {
  const by = 'relay'
  if (answeredAt !== undefined) return { status: 'completed', by, cause: 'normal', reason, sipStatus: 200 }
  if (direction === 'outbound') return { status: 'canceled', by, cause: 'canceled', reason, sipStatus: 487 }
  return { status: 'failed', by, cause: 'rejected', reason, sipStatus: 480 }
}

/** This end refuses a call that came in. */
export function refused(status: number, reason: string): Ending {
  return { ...outcomeOf(status), by: 'relay', reason, sipStatus: status }
}

/** The call cannot go on, or cannot begin, for a fault of this end, of the media, or of what the party answered. */
export function broken({ answeredAt }: Stage, cause: CallEnding['cause'], reason: string): Ending {
  const status = answeredAt === undefined ? 'failed' : 'completed'
  return { status, by: 'relay', cause, reason, sipStatus: answeredAt === undefined ? undefined : 200 }
}

/** The other end, or the way there, ended it. */
export function endedBySip({ direction, answeredAt }: Stage, end: SipCallEnd): Ending {
  const reason = end.detail || end.reason
  const by = partyOf(end, direction)
  const sipStatus = end.status ?? (answeredAt === undefined ? undefined : 200)
  if (answeredAt !== undefined) {
    const cause = end.reason === 'bye' ? 'normal' : 'failed'
    return { status: 'completed', by, cause, reason, sipStatus }
  }
  switch (end.reason) {
    case 'canceled':
      return { status: 'canceled', by, cause: 'canceled', reason, sipStatus: end.status ?? 487 }
    case 'no-answer':
      return { status: 'no-answer', by, cause: 'no-answer', reason, sipStatus: end.status ?? 487 }
    case 'refused':
      return { ...outcomeOf(end.status), by, reason, sipStatus }
    case 'transport':
      return { status: 'failed', by, cause: 'unreachable', reason, sipStatus }
    default:
      return { status: 'failed', by, cause: 'failed', reason, sipStatus }
  }
}

function partyOf({ by }: SipCallEnd, direction: Stage['direction']): Ending['by'] {
  if (by === 'relay' || by === 'network') return by
  return direction === 'inbound' ? 'caller' : 'callee'
}
