import type { CallRecord } from '../../store/index.js'
import type { Annotation } from './annotation.js'
import { callTypeOf, edgeMetadata, edgeOf, underEdge } from './edges.js'
import { iso, type SessionHistory } from './rows.js'
import { sessionSummary } from './session-summary.js'
import {
  type Direction,
  directions,
  figuresOf,
  jitterOver,
  lossPercentage,
  meanOf,
  rounded,
  type Sample,
} from './streams.js'

/** What is known of a call. */
export interface CallHistory {
  readonly call: CallRecord
  readonly sessions: readonly SessionHistory[]
  readonly samples: readonly Sample[]
  /** Undefined where nobody said anything. */
  readonly annotation: Annotation | undefined
}

/** What a call amounts to. @param url of this resource */
export function callSummary(history: CallHistory, accountSid: string, url: string): object {
  const { call, sessions, samples, annotation } = history
  const { startedAt, answeredAt, endedAt } = call
  const over = endedAt ?? undefined
  return {
    account_sid: accountSid,
    call_sid: call.callSid,
    call_type: callTypeOf(call),
    call_state: states[call.status],
    answered_by: call.answeredBy ?? answeredBy(annotation),
    processing_state: processingState(call),
    processing_version: 1,
    created_time: iso(startedAt),
    start_time: iso(startedAt),
    end_time: over === undefined ? null : iso(over),
    duration: over === undefined ? null : seconds(startedAt, over),
    connect_duration: over === undefined || answeredAt === null ? null : seconds(answeredAt, over),
    from: party(call.from),
    to: party(call.to),
    ...underEdge(edgeOf(call), edgeFigures(call, samples)),
    tags: tagsOf(samples),
    url,
    attributes: { conference_participant: false },
    properties: propertiesOf(call),
    trust: null,
    annotation: annotation ?? null,
    agent_session_summaries: sessions.map(sessionSummary),
  }
}

/** A summary is complete with the call's end. */
export function processingState({ endedAt }: CallRecord): 'partial' | 'complete' {
  return endedAt === null ? 'partial' : 'complete'
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

/** What people said of it, where nobody found out. */
function answeredBy(annotation: Annotation | undefined): string | null {
  const said = annotation?.answered_by
  if (said === 'human') return 'human'
  return said === 'machine' ? 'machine_start' : null
}

function propertiesOf(call: CallRecord): object {
  const { direction, parentCallSid, ringingAt, startedAt } = call
  return {
    direction: direction === 'inbound' ? 'inbound' : parentCallSid ? 'outbound_dial' : 'outbound_api',
    disconnected_by: call.endBy,
    last_sip_response_num: call.sipStatus,
    pdd_ms: ringingAt === null ? null : Math.round(ringingAt - startedAt),
    queue_time: 0,
  }
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

function edgeFigures({ codec }: CallRecord, samples: readonly Sample[]): object | null {
  const last = samples.at(-1)
  if (!last) return null
  const metrics = directions.map((direction) => [direction, streamFigures(samples, last, direction)])
  return { ...edgeMetadata, codec_name: codec, metrics: Object.fromEntries(metrics) }
}

function streamFigures(samples: readonly Sample[], { stats }: Sample, direction: Direction): object {
  const figures = figuresOf(stats, direction)
  return {
    packets_received: figures.packets,
    packets_lost: figures.lost,
    packets_loss_percentage: lossPercentage(figures),
    jitter: jitterOver(samples, direction),
    rtt: stats.roundTripMs === undefined ? null : rounded(stats.roundTripMs),
    mos: direction === 'inbound' ? rounded(stats.mos) : null,
  }
}

/** What stands out, by Twilio's thresholds. */
function tagsOf(samples: readonly Sample[]): string[] {
  const last = samples.at(-1)
  if (!last) return []
  const jitters = directions.flatMap((direction) => jitterOver(samples, direction) ?? [])
  const trips = samples.flatMap(({ stats }) => stats.roundTripMs ?? [])
  const loses = directions.some((direction) => lossPercentage(figuresOf(last.stats, direction)) > 5)
  return [
    ...(jitters.some(({ avg, max }) => avg > 5 && max > 30) ? ['high_jitter'] : []),
    ...(loses ? ['high_packet_loss'] : []),
    ...((meanOf(trips) ?? 0) > 150 ? ['high_latency'] : []),
  ]
}
