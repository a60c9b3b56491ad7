import { z } from 'zod'
import { ParleyError } from '../../base/errors.js'
import type { FlowExecution } from '../../store/index.js'
import type { FlowRevision } from '../../studio/index.js'
import { callNamed } from '../call-routes.js'
import type { ConsoleParts } from '../parts.js'
import { checked } from '../query.js'
import { drawnGraph, executionFacts, flowFacts, type ShownFlows, stepFacts } from './shown-flows.js'

const revisionQuery = z.object({ revision: z.coerce.number().int().min(1).optional() })
const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(30),
  offset: z.coerce.number().int().min(0).default(0),
})

/** Executions in progress that are counted. */
const mostCounted = 10_000
/** Executions of one call that are told: flows within flows, and one after another. */
const mostOfCall = 50

interface ById {
  Params: { id: string }
}

interface ByStep {
  Params: { id: string; step: string }
}

/** Flows, who is in them now, and the way that others took. */
export function flowRoutes({ app, guard, store, feed, streams }: ConsoleParts, flows: ShownFlows): void {
  const options = { preHandler: guard }
  const facts = (execution: FlowExecution) => executionFacts(execution, flows.position(execution.sid), flows)

  app.get('/api/flows', options, async () => {
    const { cursor } = feed
    const running = await store.flowRuns.list({ status: 'active', limit: mostCounted })
    const count = (flow: FlowRevision) => running.filter(({ flowSid }) => flowSid === flow.sid).length
    return {
      flows: flows.shown.map((flow) => ({ ...flowFacts(flow, flows), running: count(flow) })),
      cursor,
    }
  })

  app.get('/api/flows/live', options, (request, reply) => {
    streams.follow(feed, { topics: ['execution'] }, { request, reply })
  })

  app.get<ById>('/api/flows/:id', options, async (request) => {
    const { revision } = checked(revisionQuery, request.query)
    const flow = flowNamed(flows, request.params.id, revision)
    return { flow: flowFacts(flow, flows), graph: drawnGraph(flow) }
  })

  app.get<ById>('/api/flows/:id/executions', options, async (request) => {
    const { limit, offset } = checked(pageQuery, request.query)
    const { cursor } = feed
    const { sid: flowSid } = flowNamed(flows, request.params.id)
    const found = await store.flowRuns.list({ flowSid, limit: limit + 1, offset })
    return { executions: found.slice(0, limit).map(facts), more: found.length > limit, cursor }
  })

  app.get<ById>('/api/flows/:id/live', options, async (request, reply) => {
    const { sid } = flowNamed(flows, request.params.id)
    streams.follow(feed, { about: sid }, { request, reply })
  })

  app.get<ById>('/api/executions/:id', options, async (request) => {
    const execution = await executionNamed(store, request.params.id)
    const steps = await store.flowRuns.steps(execution.sid)
    return { execution: facts(execution), steps: steps.map(stepFacts) }
  })

  app.get<ByStep>('/api/executions/:id/steps/:step/context', options, async (request) => {
    const { sid } = await executionNamed(store, request.params.id)
    const step = (await store.flowRuns.steps(sid)).find((one) => one.sid === request.params.step)
    if (!step) throw new ParleyError('execution_not_found', `The execution ${sid} has no such step.`)
    return step.context
  })

  app.get<ById>('/api/calls/:id/executions', options, async (request) => {
    const { callSid } = await callNamed(store, request.params.id)
    const found = await store.flowRuns.list({ callSid, limit: mostOfCall })
    return { executions: found.reverse().map(facts) }
  })
}

/** @throws ParleyError `flow_not_found` */
function flowNamed(flows: ShownFlows, sid: string, revision?: number): FlowRevision {
  const flow = flows.revision(sid, revision)
  if (flow) return flow
  const which = revision === undefined ? '' : ` with a revision ${revision}`
  throw new ParleyError('flow_not_found', `There is no flow ${sid}${which}.`)
}

/** @throws ParleyError `execution_not_found` */
async function executionNamed(
  { flowRuns }: Pick<ConsoleParts['store'], 'flowRuns'>,
  sid: string,
): Promise<FlowExecution> {
  const [execution] = await flowRuns.list({ sid, limit: 1 })
  if (!execution) throw new ParleyError('execution_not_found', `There is no execution ${sid}.`)
  return execution
}
