import type { CallRecord } from '../../store/index.js'
import { iso, type SessionHistory } from './rows.js'
import { sessionSummary } from './session-summary.js'

/** What a call amounts to. @param url of this resource */
export function callSummary(
  call: CallRecord,
  sessions: readonly SessionHistory[],
  accountSid: string,
  url: string,
): object {
  const { startedAt, answeredAt, endedAt } = call
  const over = endedAt ?? undefined
  return {
    account_sid: accountSid,
    call_sid: call.callSid,
    call_type: /^\+?\d+$/.test(call.direction === 'inbound' ? call.from : call.to) ? 'carrier' : 'sip',
    call_state: states[call.status],
    answered_by: null,
    processing_state: over === undefined ? 'partial' : 'complete',
    processing_version: 1,
    created_time: iso(startedAt),
    start_time: iso(startedAt),
    end_time: over === undefined ? null : iso(over),
    duration: over === undefined ? null : seconds(startedAt, over),
    connect_duration: over === undefined || answeredAt === null ? null : seconds(answeredAt, over),
    from: party(call.from),
    to: party(call.to),
    carrier_edge: edgeOf(call),
    client_edge: null,
    sdk_edge: null,
    sip_edge: null,
    tags: [],
    url,
    attributes: { conference_participant: false },
    properties: {
      direction:
        call.direction === 'inbound' ? 'inbound' : call.parentCallSid ? 'outbound_dial' : 'outbound_api',
      disconnected_by: call.endBy,
      last_sip_response_num: call.sipStatus,
    },
    trust: null,
    annotation: null,
    agent_session_summaries: sessions.map(sessionSummary),
  }
}

const states: Readonly<Record<CallRecord['status'], string>> = {
  queued: 'undialed',
  ringing: 'ringing',
  'in-progress': 'answered',
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'noanswer',
  canceled: 'canceled',
  failed: 'fail',
}

function party(name: string): object {
  return {
    caller: name,
    callee: name,
    carrier: null,
    connection: null,
    country_code: null,
    location: null,
    number_prefix: null,
    city: null,
    country_subdivision: null,
  }
}

function seconds(from: number, to: number): number {
  return Math.round((to - from) / 1000)
}

function edgeOf({ codec, quality }: CallRecord): object | null {
  if (!quality) return null
  return {
    metadata: { edge_location: 'parley', region: 'parley' },
    codec_name: codec,
    metrics: streams(quality),
  }
}

/** Figures of a call's media, each way, as they were at its end. */
export function streams(quality: Readonly<Record<string, unknown>>): {
  readonly inbound: object
  readonly outbound: object
} {
  // Only statistics of this shape were written.
  const { received, sent, remote, mos } = quality as {
    received: { packets: number; lost: number; jitterMs: number }
    sent: { packets: number }
    remote?: { lost: number; jitterMs: number }
    mos: number
  }
  return {
    inbound: figures(received.packets, received.lost, received.jitterMs, mos),
    outbound: figures(sent.packets, remote?.lost ?? 0, remote?.jitterMs, undefined),
  }
}

function figures(
  packets: number,
  lost: number,
  jitterMs: number | undefined,
  mos: number | undefined,
): object {
  const all = packets + lost
  return {
    packets_received: packets,
    packets_lost: lost,
    packets_loss_percentage: all === 0 ? 0 : Number(((lost * 100) / all).toFixed(2)),
    jitter: jitterMs === undefined ? null : { avg: jitterMs, max: jitterMs },
    mos: mos ?? null,
  }
}
