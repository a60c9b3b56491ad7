import type { Clock } from '../../base/clock.js'
import type { Log } from '../../base/log.js'
import type { CallControl, RandomBytes } from '../../calls/index.js'
import type { CallLog as CallLogRecords } from '../../store/index.js'
import { type Exchange, newSid, type TwimlEvent } from '../../twiml/index.js'

export interface CallLogOptions {
  readonly records: Pick<CallLogRecords, 'add'>
  readonly clock: Clock
  readonly random: RandomBytes
  readonly log: Log
}

/** A request to an app and its answer, as they are kept. */
export interface LoggedRequest {
  readonly method: string
  readonly url: string
  readonly parameters: Readonly<Record<string, string>>
  readonly response: {
    readonly status: number
    readonly contentType: string
    readonly body: string
    readonly durationMs: number
  } | null
}

/** An error or a warning, as it is kept. */
export interface LoggedNotice {
  readonly level: 'error' | 'warning'
  readonly number: number
  readonly message: string
  readonly request: LoggedRequest | null
}

/** Writes down what documents do: the requests they make, and what is wrong with them. */
export function callLog({ records, clock, random, log }: CallLogOptions) {
  const latest = new WeakMap<CallControl, Exchange>()
  return (call: CallControl, event: TwimlEvent): void => {
    const { callSid } = call.identity
    const add = (kind: 'request' | 'notice', prefix: string, data: LoggedRequest | LoggedNotice): void =>
      records.add({ id: newSid(prefix, random), callSid, kind, createdAt: clock.now(), data: { ...data } })
    switch (event.type) {
      case 'request':
        latest.set(call, event)
        return add('request', 'EV', logged(event))
      case 'problem': {
        const { level, code, number, message } = event.problem
        log[level === 'error' ? 'error' : 'warn']({ callSid, number }, message)
        // What is wrong with a document as a whole is told without the request that it came from.
        const exchange = event.exchange ?? (code.startsWith('document_') ? latest.get(call) : undefined)
        return add('notice', 'NO', { level, number, message, request: exchange ? logged(exchange) : null })
      }
      case 'verb':
        return log.debug({ callSid, verb: event.name, line: event.line }, 'verb')
    }
  }
}

function logged({ request, document, durationMs }: Exchange): LoggedRequest {
  const { method, url, parameters } = request
  const response = document && {
    status: document.status,
    contentType: document.contentType,
    body: document.text,
    durationMs: Math.round(durationMs),
  }
  return { method, url, parameters, response: response ?? null }
}
