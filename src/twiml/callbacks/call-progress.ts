import type { Clock } from '../../base/clock.js'
import type { CallControl } from '../../calls/index.js'
import type { TwimlDialect } from '../dialects/dialect.js'
import type { Callback } from '../running/services.js'
import { timestamp } from './timestamp.js'

export const progressEvents = ['initiated', 'ringing', 'answered', 'completed'] as const
export type ProgressEvent = (typeof progressEvents)[number]

/** Who hears of a call's progress. */
export interface ProgressReport {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly events: readonly ProgressEvent[]
  /** Fields of the platform's own that every request about the call carries. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
}

export interface ProgressServices {
  readonly clock: Clock
  readonly dialect: TwimlDialect
  readonly notify: (callback: Callback) => void
  /** Further fields that a call's end is told with, once they are known. */
  readonly completion?:
    | ((call: CallControl) => Promise<Readonly<Record<string, string>>> | undefined)
    | undefined
}

/**
 * Tells a status call-back what becomes of a call, from now on: the events asked for, numbered as they are sent. Start it
 * before anything has happened on the call.
 */
export function reportProgress(call: CallControl, report: ProgressReport, services: ProgressServices): void {
  const { clock, dialect, notify } = services
  let sequence = 0
  let rang = false
  const tell = (event: ProgressEvent, status: string, more: Readonly<Record<string, string>> = {}) => {
    if (!report.events.includes(event)) return
    notify({
      call,
      event,
      url: report.url,
      method: report.method,
      parameters: {
        ...dialect.parameters(call),
        ...report.parameters,
        CallStatus: status,
        Timestamp: timestamp(clock.now()),
        CallbackSource: 'call-progress-events',
        SequenceNumber: String(sequence++),
        ...more,
      },
    })
  }
  if (call.direction === 'outbound') tell('initiated', 'initiated')
  call.observe({
    ringing: () => {
      if (!rang) tell('ringing', 'ringing')
      rang = true
    },
    answered: () => tell('answered', 'in-progress'),
    ended: ({ status }) => {
      const fields = completion(call)
      const further = services.completion?.(call)
      if (further) further.then((more) => tell('completed', status, { ...fields, ...more }))
      else tell('completed', status, fields)
    },
  })
}

/** What is told of a call that is over. */
function completion(call: CallControl): Record<string, string> {
  const { answeredAt, endedAt = 0, ending, direction } = call
  const seconds = answeredAt === undefined ? 0 : Math.round((endedAt - answeredAt) / 1000)
  const sipStatus = direction === 'outbound' ? ending?.sipStatus : undefined
  return {
    CallDuration: String(seconds),
    Duration: String(Math.ceil(seconds / 60)),
    ...(sipStatus !== undefined && { SipResponseCode: String(sipStatus) }),
  }
}
