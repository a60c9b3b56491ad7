import type { Clock } from '../../base/clock.js'
import type { Log } from '../../base/log.js'
import type { CallControl, RandomBytes } from '../../calls/index.js'
import type { CallLog as CallLogRecords } from '../../store/index.js'
import { type Exchange, newSid, type Problem, type TwimlEvent } from '../../twiml/index.js'

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

/** Writes down an error or a warning; `callSid` is '' where no call has to do with it. */
export function noticeLog({ records, clock, random, log }: CallLogOptions) {
  return ({ level, number, message }: Problem, callSid: string, exchange?: Exchange): void => {
    log[level === 'error' ? 'error' : 'warn']({ ...(callSid !== '' && { callSid }), number }, message)
    const notice: LoggedNotice = { level, number, message, request: exchange ? logged(exchange) : null }
    const id = newSid('NO', random)
    records.add({ id, callSid, kind: 'notice', createdAt: clock.now(), data: { ...notice } })
  }
}

/** Writes down what documents do: the requests they make, and what is wrong with them. */
export function callLog(options: CallLogOptions) {
  const { records, clock, random, log } = options
  const notice = noticeLog(options)
  const latest = new WeakMap<CallControl, Exchange>()
  return (call: CallControl, event: TwimlEvent): void => {
    const { callSid } = call.identity
    switch (event.type) {
      case 'request': {
        latest.set(call, event)
        const id = newSid('EV', random)
        const data = { ...logged(event) }
        return records.add({ id, callSid, kind: 'request', createdAt: clock.now(), data })
      }
      case 'problem': {
        // What is wrong with a document as a whole is told without the request that it came from.
        const whole = event.problem.code.startsWith('document_')
        return notice(event.problem, callSid, event.exchange ?? (whole ? latest.get(call) : undefined))
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
