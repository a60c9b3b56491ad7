import type { CallRecord, SessionRecord } from '../../store/index.js'
import { configurations } from './configurations.js'
import { type Edge, edgeMetadata, edgeOf, underEdge } from './edges.js'

/** Something that happened in a session, out of its timeline. */
export interface SessionEvent {
  readonly sequenceNumber: number
  /** ms since the Unix epoch. */
  readonly at: number
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A session with its timeline, in order. */
export interface SessionHistory {
  readonly session: SessionRecord
  readonly events: readonly SessionEvent[]
}

/** A row of the Events resource. */
export interface EventRow {
  readonly timestamp: string
  readonly call_sid: string
  readonly account_sid: string
  readonly edge: Edge | null
  readonly group: 'connection' | 'conversation_relay'
  readonly level: 'INFO' | null
  readonly name: string
  readonly carrier_edge: object | null
  readonly sip_edge: object | null
  readonly sdk_edge: null
  readonly client_edge: null
  readonly conversation_relay_data: object | null
}

/** What Voice Insights knows of timelines: other entries are Parley's own. */
const names = new Set([
  ...['configurations', 'start_of_customer_speech', 'end_of_customer_speech', 'stt_latency', 'prompt_sent'],
  ...['first_token_received', 'final_token_received', 'tts_latency', 'start_of_agent_speech'],
  ...['end_of_agent_speech', 'interrupt', 'preempted', 'dtmf', 'digit', 'play_media', 'language_changed'],
  ...['error_event', 'call_wrap_up'],
])

/** Payloads that rows carry, under the same names in timelines. */
const payloads = [
  ...(['last_token_received', 'tts_latency', 'stt_latency', 'interrupt', 'language_changed'] as const),
  ...(['call_wrap_up', 'error'] as const),
]

/** A call's rows in the order of time: its progress, and what happened in its sessions. */
export function eventRows(
  call: CallRecord,
  sessions: readonly SessionHistory[],
  accountSid: string,
): readonly EventRow[] {
  const edge = edgeOf(call)
  const base = (at: number) => ({ timestamp: iso(at), call_sid: call.callSid, account_sid: accountSid })
  const progress = progressOf(call).map(([name, at]) => ({
    at,
    row: {
      ...base(at),
      ...({ edge, group: 'connection', level: 'INFO', name } as const),
      ...underEdge(edge, edgeMetadata),
      conversation_relay_data: null,
    },
  }))
  const relay = sessions.flatMap(({ session, events }) =>
    events
      .filter(({ name }) => names.has(name))
      .map((event) => ({
        at: event.at,
        row: {
          ...base(event.at),
          ...({ edge: null, group: 'conversation_relay', level: null, name: event.name } as const),
          ...underEdge(edge, null),
          conversation_relay_data: {
            ...payloadOf(event, session),
            sequence_number: event.sequenceNumber,
            session_id: session.sessionId,
          },
        },
      })),
  )
  return [...progress, ...relay].sort((one, other) => one.at - other.at).map(({ row }) => row)
}

/** Whether a row belongs to what `Edge` asks for: a session's rows have none and count as the carrier's and the call's. */
export function isOfEdge({ edge }: EventRow, asked: string | undefined, ofCall: Edge): boolean {
  if (asked === undefined) return true
  return edge === null ? asked === 'carrier_edge' || asked === ofCall : asked === edge
}

/** @param ms since the Unix epoch */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

/** A call that comes in rings from its beginning. */
function progressOf({
  direction,
  startedAt,
  ringingAt,
  answeredAt,
  endedAt,
}: CallRecord): [name: string, at: number][] {
  const all: [string, number | null][] = [
    ['initiated', startedAt],
    ['ringing', direction === 'inbound' ? startedAt : ringingAt],
    ['answered', answeredAt],
    ['completed', endedAt],
  ]
  return all.flatMap(([name, at]) => (at === null ? [] : [[name, at] as [string, number]]))
}

function payloadOf({ name, data }: SessionEvent, session: SessionRecord): object {
  if (name === 'configurations') return { configurations: configurations(session.settings, data) }
  const key = payloads.find((payload) => data[payload] !== undefined)
  if (key === undefined) return {}
  if (key !== 'error') return { [key]: data[key] }
  const { error_code, message } = data[key] as Record<string, unknown>
  return { error: { error_code, message } }
}
