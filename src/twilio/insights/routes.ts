import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Log } from '../../base/log.js'
import type { CallRecord } from '../../store/index.js'
import { answerAsTwilio, notFound } from '../http/answers.js'
import { requireAccount } from '../http/auth.js'
import type { ApiContext } from '../http/context.js'
import { Form, readForms } from '../http/form.js'
import { metaPage, pageWish, sliceOf } from '../http/page.js'
import { queryOf } from '../http/query.js'
import { type Annotation, annotated, noAnnotation } from './annotation.js'
import { type CallHistory, callSummary, processingState } from './call-summary.js'
import { edgeOf, edges } from './edges.js'
import { metricRows } from './metric-rows.js'
import { eventRows, isOfEdge, type SessionHistory } from './rows.js'
import { samplesOf } from './streams.js'

interface OfCall {
  readonly Params: { readonly sid: string }
}

const kind = 'twilio.annotation'

/** Voice Insights, under /v1/Voice. */
export async function registerInsights(app: FastifyInstance, context: ApiContext, log: Log): Promise<void> {
  await app.register(
    async (api) => {
      answerAsTwilio(api, log)
      readForms(api)
      api.addHook('onRequest', requireAccount(context.account, context.keys))
      insightsRoutes(api, context)
    },
    { prefix: '/v1/Voice' },
  )
}

function insightsRoutes(app: FastifyInstance, context: ApiContext): void {
  const { account, store, clock, baseUrl } = context
  const here = ({ callSid }: CallRecord): string => `${baseUrl()}/v1/Voice/${callSid}`
  const callOf = async ({ params, url }: FastifyRequest<OfCall>): Promise<CallRecord> => {
    const call = await store.getCall(params.sid)
    if (!call || call.callSid !== params.sid) throw notFound(url)
    return call
  }
  const sessionsOf = async ({ callSid }: CallRecord): Promise<SessionHistory[]> => {
    const sessions = await store.getSessions(callSid)
    return Promise.all(
      sessions.map(async (session) => ({ session, events: await store.getTimeline(session.sessionId) })),
    )
  }
  const annotationOf = async ({ callSid }: CallRecord): Promise<Annotation | undefined> => {
    const kept = await store.resources.get(kind, callSid)
    return kept && { ...noAnnotation, ...(kept.value as Partial<Annotation>) }
  }
  const historyOf = async (call: CallRecord): Promise<CallHistory> => ({
    call,
    sessions: await sessionsOf(call),
    samples: samplesOf(call, await store.getMetrics(call.callSid)),
    annotation: await annotationOf(call),
  })
  const shown = (call: CallRecord, annotation: Annotation): object => ({
    call_sid: call.callSid,
    account_sid: account.sid,
    ...annotation,
    url: `${here(call)}/Annotation`,
  })

  app.get<OfCall>('/:sid', async (request) => {
    const call = await callOf(request)
    const url = here(call)
    const links = {
      events: `${url}/Events`,
      metrics: `${url}/Metrics`,
      summary: `${url}/Summary`,
      annotation: `${url}/Annotation`,
    }
    return { sid: call.callSid, url, links }
  })

  app.get<OfCall>('/:sid/Events', async (request) => {
    const call = await callOf(request)
    const query = queryOf(request.url)
    const edge = new Form(query).one('Edge', edges)
    const rows = eventRows(call, await sessionsOf(call), account.sid).filter((row) =>
      isOfEdge(row, edge, edgeOf(call)),
    )
    return metaPage(`${here(call)}/Events`, query, 'events', sliceOf(rows, pageWish(query)))
  })

  app.get<OfCall>('/:sid/Summary', async (request) => {
    const call = await callOf(request)
    const asked = new Form(queryOf(request.url)).one('ProcessingState', ['partial', 'complete'])
    if (asked === 'complete' && processingState(call) !== 'complete') throw notFound(request.url)
    return callSummary(await historyOf(call), account.sid, `${here(call)}/Summary`)
  })

  app.get<OfCall>('/:sid/Metrics', async (request) => {
    const call = await callOf(request)
    const query = queryOf(request.url)
    const form = new Form(query)
    const edge = form.one('Edge', edges) ?? edgeOf(call)
    const direction = form.one('Direction', ['unknown', 'inbound', 'outbound', 'both']) ?? 'both'
    const samples = samplesOf(call, await store.getMetrics(call.callSid))
    const rows = metricRows(call, samples, account.sid).filter(
      (row) => row.edge === edge && (direction === 'both' || row.direction === direction),
    )
    return metaPage(`${here(call)}/Metrics`, query, 'metrics', sliceOf(rows, pageWish(query)))
  })

  app.get<OfCall>('/:sid/Annotation', async (request) => {
    const call = await callOf(request)
    return shown(call, (await annotationOf(call)) ?? noAnnotation)
  })

  app.post<OfCall>('/:sid/Annotation', async (request) => {
    const call = await callOf(request)
    const value = annotated((await annotationOf(call)) ?? noAnnotation, request.body)
    await store.resources.put(kind, { id: call.callSid, value: { ...value }, createdAt: clock.now() })
    return shown(call, value)
  })
}
