import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CallControl } from '../../calls/index.js'
import type { CallRecord } from '../../store/index.js'
import { newSid } from '../../twiml/index.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare } from './auth.js'
import { instructionsOfForm, placementOf, statusWish } from './call-forms.js'
import { apiVersion, callJson } from './call-json.js'
import { callSearch } from './call-search.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'
import { legacyPage } from './page.js'
import { queryOf } from './query.js'

interface ById {
  readonly Params: { readonly account: string; readonly sid: string }
}

/** Calls: making, listing, changing and forgetting them. */
export function callRoutes(app: FastifyInstance, context: ApiContext): void {
  const { account, service, store } = context
  const json = (call: CallRecord): object => callJson(call, account.sid, context.numbers.list())
  const path = `/${apiVersion}/Accounts/${account.sid}/Calls.json`

  app.post('/Calls.json', async ({ body }, reply) => {
    const form = Form.of(body)
    const wish = instructionsOfForm(form, context.applications) ?? refuse(21205)
    const call = context.calls.place(service, placementOf(form, wish))
    const { callSid } = call.identity
    warnOfUnused(context, callSid, form)
    const record = await store.getCall(callSid)
    return reply.status(201).send(json(record ?? refuse(20500)))
  })

  app.get('/Calls.json', async ({ url }) => {
    const query = queryOf(url)
    const search = callSearch(query)
    const found = await store.searchCalls(search)
    const size = search.limit - 1
    const [first] = found
    // Pages hold still while calls begin: all are of the list as it was when the first was asked for.
    const token = query.get('PageToken') ?? (first && `PA${first.callSid}`)
    return legacyPage(path, query, 'calls', {
      items: found.slice(0, size).map(json),
      more: found.length > size,
      token,
    })
  })

  app.get<ById>('/Calls/:sid', async (request) => json(await recordOf(request, context)))

  app.post<ById>('/Calls/:sid', async (request) => {
    const { callSid } = await recordOf(request, context)
    const form = Form.of(request.body)
    change(service.get(callSid), form, context)
    warnOfUnused(context, callSid, form)
    return json(await recordOf(request, context))
  })

  app.delete<ById>('/Calls/:sid', async (request, reply) => {
    const { callSid, endedAt } = await recordOf(request, context)
    if (endedAt === null) refuse(20009, 'Call is still in progress')
    await store.deleteCall(callSid)
    return reply.status(204).send()
  })
}

/** The call that a path names by its SID. @throws ApiError 20404 */
export async function recordOf(
  { params, url }: FastifyRequest<ById>,
  { store }: Pick<ApiContext, 'store'>,
): Promise<CallRecord> {
  const sid = bare(params.sid)
  const call = await store.getCall(sid)
  if (!call || call.callSid !== sid) throw notFound(url)
  return call
}

/** @throws ApiError 21220 where the call is over, or not answered yet and asked to do something */
function change(call: CallControl | undefined, form: Form, context: ApiContext): void {
  const status = form.one('Status', ['canceled', 'completed'])
  const wish = instructionsOfForm(form, context.applications)
  if (!call || call.state === 'ended') refuse(21220, 'Call is not in-progress. Cannot redirect.')
  const told = statusWish(form, ['completed'])
  if (told) context.status.report(call, told)
  const limit = form.int('TimeLimit', 1, 86_400)
  if (limit !== undefined) call.limit(limit * 1000)
  if (status === 'completed' || (status === 'canceled' && call.state === 'ringing')) {
    call.hangup(`${status} by the API`)
    return
  }
  if (!wish) return
  if (call.state === 'ringing' && call.direction === 'outbound') refuse(21220)
  const { application: _, ...instructions } = wish
  context.calls.follow(call, instructions)
}

/** Leaves a warning in the call's log for each parameter that has changed nothing. */
export function warnOfUnused({ store, clock, random }: ApiContext, callSid: string, form: Form): void {
  for (const name of form.unused) {
    const data = { level: 'warning', number: 20001, message: `${name} has no effect`, request: null }
    store.callLog.add({ id: newSid('NO', random), callSid, kind: 'notice', createdAt: clock.now(), data })
  }
}
