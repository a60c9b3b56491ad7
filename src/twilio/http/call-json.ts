import type { CallRecord } from '../../store/index.js'
import { timestamp } from '../../twiml/index.js'
import { numberFor, type PhoneNumber } from '../resources/numbers.js'

/** Where the API is. */
export const apiVersion = '2010-04-01'

/**
 * A call as the API shows it, with every key.
 * @param numbers those that TwiML answers
 */
export function callJson(
  call: CallRecord,
  accountSid: string,
  numbers: readonly PhoneNumber[],
): Record<string, unknown> {
  const { callSid: sid, status, startedAt, answeredAt, endedAt, from, to } = call
  const uri = `/${apiVersion}/Accounts/${accountSid}/Calls/${sid}`
  const date = (ms: number | null): string | null => (ms === null ? null : timestamp(ms))
  return {
    account_sid: accountSid,
    annotation: null,
    answered_by: call.answeredBy,
    api_version: apiVersion,
    caller_name: call.callerName === '' ? null : call.callerName,
    date_created: date(status === 'queued' ? null : startedAt),
    date_updated: date(endedAt ?? answeredAt ?? (status === 'queued' ? null : startedAt)),
    direction: directionOf(call),
    duration: endedAt === null ? null : String(secondsOf(call)),
    end_time: date(endedAt),
    forwarded_from: null,
    from,
    from_formatted: formatted(from),
    group_sid: null,
    parent_call_sid: call.parentCallSid || null,
    phone_number_sid: call.direction === 'inbound' ? (numberFor(call.dialled, numbers)?.sid ?? null) : null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid,
    start_time: date(answeredAt ?? (endedAt === null ? null : startedAt)),
    status,
    subresource_uris: Object.fromEntries(
      Object.entries(subresources).map(([name, path]) => [name, `${uri}/${path}.json`]),
    ),
    to,
    to_formatted: formatted(to),
    trunk_sid: null,
    uri: `${uri}.json`,
  }
}

const subresources = {
  events: 'Events',
  notifications: 'Notifications',
  payments: 'Payments',
  recordings: 'Recordings',
  siprec: 'Siprec',
  streams: 'Streams',
  transcriptions: 'Transcriptions',
  user_defined_message_subscriptions: 'UserDefinedMessageSubscriptions',
  user_defined_messages: 'UserDefinedMessages',
}

export function directionOf({ direction, parentCallSid }: CallRecord): string {
  if (direction === 'inbound') return 'inbound'
  return parentCallSid ? 'outbound-dial' : 'outbound-api'
}

/** Whole seconds from the answer to the end. */
export function secondsOf({ answeredAt, endedAt }: CallRecord): number {
  return answeredAt === null || endedAt === null ? 0 : Math.round((endedAt - answeredAt) / 1000)
}

/** Numbers of North America as they are written there. */
function formatted(party: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(party) ?? []
  return line === undefined ? party : `(${area}) ${exchange}-${line}`
}
