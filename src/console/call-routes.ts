import { z } from 'zod'
import { ParleyError } from '../base/errors.js'
import type { CallLogKind, CallRecord } from '../store/index.js'
import { LivePeaks } from './audio/live-peaks.js'
import { recordingOf } from './audio/recording-file.js'
import type { ConsoleParts, ConsoleStore } from './parts.js'
import { checked } from './query.js'

const eventsQuery = z.object({
  session: z.string(),
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(5000),
})

/** Entries of one kind of a call's log that are shown. */
const mostLogged = 3000
/** Webhooks of a call that are shown. */
const mostWebhooks = 1000

interface ById {
  Params: { id: string }
}

/** One call, and what happens in it. */
export function callRoutes(parts: ConsoleParts): void {
  const { app, guard, store, feed, streams, clock } = parts
  const options = { preHandler: guard }

  app.get<ById>('/api/calls/:id', options, async (request) => {
    const { cursor } = feed
    const call = await callNamed(store, request.params.id)
    const [sessions, recording] = await Promise.all([store.getSessions(call.callSid), recordingOf(call)])
    return { call, sessions, recording: recording?.facts ?? null, cursor }
  })

  app.get<ById>('/api/calls/:id/events', options, async (request) => {
    const { session, after, limit } = checked(eventsQuery, request.query)
    const events = await store.getTimelinePage({ sessionId: session, after, limit })
    return { events, next: events.length === limit ? events.at(-1)!.sequenceNumber : null }
  })

  app.get<ById>('/api/calls/:id/traces', options, async (request) =>
    tracesOf(store, await callNamed(store, request.params.id)),
  )

  app.get<ById>('/api/calls/:id/live', options, async (request, reply) => {
    const call = await callNamed(store, request.params.id)
    const { callSid } = call
    let peaks: LivePeaks | undefined
    const stream = streams.follow(feed, { about: callSid }, { request, reply }, () => peaks?.stop())
    if (call.endedAt !== null || call.recordingPath === null) return
    peaks = new LivePeaks(call.recordingPath, clock, (grown) => stream.send('peaks', grown))
  })
}

/** @throws ParleyError `call_not_found`, `call_ambiguous` */
export async function callNamed(store: Pick<ConsoleStore, 'getCall'>, id: string): Promise<CallRecord> {
  const call = await store.getCall(id)
  if (!call) throw new ParleyError('call_not_found', `There is no call ${id}.`)
  return call
}

/** What went on around a call's sessions: SIP, RTP, webhooks, documents. In order of time. */
export async function tracesOf(
  store: Pick<ConsoleStore, 'callLog' | 'getMetrics' | 'webhooks'>,
  call: CallRecord,
) {
  const { callSid, callLegId, callControlId } = call
  const logged = async (kind: CallLogKind) => {
    const entries = await store.callLog.list({ callSid, kind, limit: mostLogged })
    return entries.map(({ id, createdAt, data }) => ({ id, at: createdAt, ...data }))
  }
  const webhooksOf = async (queue: string) =>
    (await store.webhooks.list({ queue, pageSize: mostWebhooks })).deliveries
  const [sip, quality, requests, notices, ...webhooks] = await Promise.all([
    logged('sip'),
    store.getMetrics(callSid),
    logged('request'),
    logged('notice'),
    ...[callSid, callLegId, callControlId].map(webhooksOf),
  ])
  const sent = webhooks.flat().sort((a, b) => a.createdAt - b.createdAt)
  return { sip, quality, requests, notices, webhooks: sent }
}
