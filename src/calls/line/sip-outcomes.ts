import type { CallEndCause, CallEnding } from '../call-control.js'

/** What a final status of SIP says about a call that was not answered. */
export interface Outcome {
  readonly status: CallEnding['status']
  readonly cause: CallEndCause
}

const busy: Outcome = { status: 'busy', cause: 'busy' }
const declined: Outcome = { status: 'busy', cause: 'rejected' }
const rejected: Outcome = { status: 'failed', cause: 'rejected' }
const notFound: Outcome = { status: 'failed', cause: 'not-found' }
const noAnswer: Outcome = { status: 'no-answer', cause: 'no-answer' }
const unreachable: Outcome = { status: 'failed', cause: 'unreachable' }
const failed: Outcome = { status: 'failed', cause: 'failed' }

/**
 * The groups of RFC 3398 §8.2.6.1, which maps statuses to causes of Q.850: 17 is busy, 21 rejected, 1, 22 and 28 are
 * not-found, 18 and 19 no-answer, 38 and 41 unreachable. Statuses that are not here are `failed`.
 */
const table: Readonly<Record<number, Outcome>> = {
  401: rejected,
  402: rejected,
  403: rejected,
  404: notFound,
  407: rejected,
  408: noAnswer,
  410: notFound,
  433: rejected,
  480: noAnswer,
  484: notFound,
  485: notFound,
  486: busy,
  487: { status: 'canceled', cause: 'canceled' },
  502: unreachable,
  503: unreachable,
  504: unreachable,
  600: busy,
  603: declined,
  604: notFound,
  // RFC 8197 and RFC 8688: unwanted, and taken for spam.
  607: declined,
  608: declined,
}

/** @param status undefined where none came */
export function outcomeOf(status: number | undefined): Outcome {
  return (status !== undefined && table[status]) || failed
}
