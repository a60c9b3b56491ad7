import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FlowExecution, FlowStep } from '../../store/index.js'
import { Form, metaPage, notFound, pageWish, queryOf, refuse, sliceOf } from '../../twilio/index.js'
import type { StudioContext } from './context.js'
import { flowOf, type OfFlow } from './flow-routes.js'
import { executionJson, flowPath, stepJson } from './json.js'

interface OfExecution {
  readonly Params: OfFlow['Params'] & { readonly execution: string }
}
interface OfStep {
  readonly Params: OfExecution['Params'] & { readonly step: string }
}

/** Bytes of both addresses of an execution, as on the vendor's service. */
const MOST_ADDRESS_BYTES = 300

/** Executions: beginning, listing, ending and forgetting them; their steps and variables. */
export function executionRoutes(app: FastifyInstance, context: StudioContext): void {
  const { executions, runs, baseUrl, accountSid } = context

  app.post<OfFlow>('/:flow/Executions', async (request, reply) => {
    const form = Form.of(request.body)
    const to = form.text('To') ?? refuse(20001, 'Missing required parameter To')
    const from = form.text('From') ?? refuse(20001, 'Missing required parameter From')
    if (Buffer.byteLength(to + from) > MOST_ADDRESS_BYTES) refuse(81023)
    const parameters = parametersOf(form.text('Parameters'))
    const execution = executions.start({ flowSid: request.params.flow, to, from, parameters })
    return reply.status(201).send(executionJson(execution, context))
  })

  app.get<OfFlow>('/:flow/Executions', async (request) => {
    const { sid } = flowOf(request, context)
    const query = queryOf(request.url)
    const { page, size } = pageWish(query)
    const form = new Form(query)
    const found = await runs.list({
      flowSid: sid,
      createdFrom: time(form, 'DateCreatedFrom'),
      createdTo: endOfSecond(time(form, 'DateCreatedTo')),
      limit: size + 1,
      offset: page * size,
    })
    const items = found.slice(0, size).map((execution) => executionJson(execution, context))
    const url = `${flowPath(sid, baseUrl())}/Executions`
    return metaPage(url, query, 'executions', { items, more: found.length > size })
  })

  const path = '/:flow/Executions/:execution'

  app.get<OfExecution>(path, async (request) => executionJson(await executionOf(request, context), context))

  app.post<OfExecution>(path, async (request) => {
    const { sid } = await executionOf(request, context)
    if (Form.of(request.body).one('Status', ['active', 'ended']) !== 'ended') {
      refuse(20001, 'Status can only be changed to ended')
    }
    await executions.end(sid, 'ended by the API')
    return executionJson(await executionOf(request, context), context)
  })

  app.delete<OfExecution>(path, async (request, reply) => {
    const { sid } = await executionOf(request, context)
    await executions.end(sid, 'deleted by the API')
    await runs.delete(sid)
    return reply.status(204).send()
  })

  app.get<OfExecution>(`${path}/Context`, async (request) => {
    const { sid, flowSid, context: variables } = await executionOf(request, context)
    const url = `${flowPath(flowSid, baseUrl())}/Executions/${sid}/Context`
    return { account_sid: accountSid, context: variables, flow_sid: flowSid, execution_sid: sid, url }
  })

  app.get<OfExecution>(`${path}/Steps`, async (request) => {
    const { sid, flowSid } = await executionOf(request, context)
    const query = queryOf(request.url)
    // Latest first, as the vendor lists them.
    const { items, more } = sliceOf((await runs.steps(sid)).reverse(), pageWish(query))
    const url = `${flowPath(flowSid, baseUrl())}/Executions/${sid}/Steps`
    return metaPage(url, query, 'steps', { items: items.map((step) => stepJson(step, context)), more })
  })

  app.get<OfStep>(`${path}/Steps/:step`, async (request) => stepJson(await stepOf(request, context), context))

  app.get<OfStep>(`${path}/Steps/:step/Context`, async (request) => {
    const { sid, flowSid, executionSid, context: variables } = await stepOf(request, context)
    const url = `${flowPath(flowSid, baseUrl())}/Executions/${executionSid}/Steps/${sid}/Context`
    return {
      ...{ account_sid: accountSid, context: variables, execution_sid: executionSid },
      ...{ flow_sid: flowSid, step_sid: sid, url },
    }
  })
}

/** @throws ApiError 20404 */
async function executionOf(
  { params, url }: FastifyRequest<OfExecution>,
  { runs }: StudioContext,
): Promise<FlowExecution> {
  const [execution] = await runs.list({ sid: params.execution, flowSid: params.flow, limit: 1 })
  if (!execution) throw notFound(url)
  return execution
}

/** @throws ApiError 20404 */
async function stepOf(request: FastifyRequest<OfStep>, context: StudioContext): Promise<FlowStep> {
  const { sid } = await executionOf(request, context)
  const step = (await context.runs.steps(sid)).find((one) => one.sid === request.params.step)
  if (!step) throw notFound(request.url)
  return step
}

function parametersOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {}
  return refuse(20001, 'Parameters must be a JSON object')
}

function time(form: Form, name: string): number | undefined {
  const text = form.text(name)
  if (text === undefined) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? refuse(20001, `${name} must be a time in ISO 8601, not ${text}`) : at
}

/** Times are told and asked for to the second. */
function endOfSecond(at: number | undefined): number | undefined {
  return at === undefined ? undefined : Math.floor(at / 1000) * 1000 + 999
}
