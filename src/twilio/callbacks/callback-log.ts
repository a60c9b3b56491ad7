import type { Clock } from '../../base/clock.js'
import type { RandomBytes } from '../../calls/index.js'
import type { CallLog, WebhookAttempt } from '../../store/index.js'
import { newSid } from '../../twiml/index.js'
import type { Webhook, WebhookObserver, WebhookTarget } from '../../webhooks/index.js'
import type { LoggedNotice, LoggedRequest } from '../call/call-log.js'
import { twilioFormat } from './format.js'

/** Twilio's numbers: an answer that is none of 2xx or comes too late; no connection. */
const answered = 11_200
const unconnected = 11_205

export interface CallbackLogOptions {
  readonly records: Pick<CallLog, 'add'>
  readonly clock: Clock
  readonly random: RandomBytes
}

/** Writes call-backs into the log of their call, with a warning where nobody took one at first. */
export function callbackLog(options: CallbackLogOptions): NonNullable<WebhookObserver['attempted']> {
  const { records, clock, random } = options
  return ({ format, queue: callSid, payload, targets: [target] }, attempt, tried, taken) => {
    const last = tried.at(-1)
    if (format !== twilioFormat || !last || !target) return
    const request = logged(last, target, payload)
    const createdAt = clock.now()
    records.add({ id: newSid('EV', random), callSid, kind: 'request', createdAt, data: { ...request } })
    if (taken || attempt > 1) return
    const data = { ...notice(last, request) }
    records.add({ id: newSid('NO', random), callSid, kind: 'notice', createdAt, data })
  }
}

/** @param target under the URL that the app knows itself by */
function logged(
  { response, startedAt, finishedAt }: WebhookAttempt,
  { method, url }: WebhookTarget,
  payload: Webhook['payload'],
): LoggedRequest {
  const contentType = response?.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return {
    method,
    url,
    // Only forms were sent.
    parameters: payload as Record<string, string>,
    response: response && {
      ...{ status: response.status, contentType, body: response.body },
      durationMs: Math.round(finishedAt - startedAt),
    },
  }
}

function notice({ response, error }: WebhookAttempt, request: LoggedRequest): LoggedNotice {
  const why = response ? `the app answered ${response.status}` : (error?.detail ?? 'no answer')
  return {
    level: 'warning',
    number: response || error?.kind === 'timeout' ? answered : unconnected,
    message: `${request.url}: ${why}`,
    request,
  }
}
