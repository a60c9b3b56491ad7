import type { FlowExecution, FlowStep } from '../../store/index.js'
import { edgeKey, type FlowRevision, flowIn, graphOf, type Studio } from '../../studio/index.js'

/** What the console knows of flows. */
export type ShownFlows = Pick<Studio, 'shown' | 'revision' | 'numbersOf' | 'position' | 'watch'>

type Named = Pick<ShownFlows, 'revision' | 'numbersOf'>

/** A flow in a list. */
export function flowFacts(flow: FlowRevision, flows: Named) {
  const { sid, friendlyName, revision, status, commitMessage, createdAt, updatedAt, errors } = flow
  return {
    ...{ sid, friendlyName, revision, status, commitMessage, createdAt, updatedAt },
    numbers: flows.numbersOf(sid),
    /** `path: what is wrong`; such a flow cannot run and has no graph. */
    errors: errors.map(({ path, message }) => `${path}: ${message}`),
  }
}

/** A flow's graph; null where the definition has problems. */
export function drawnGraph({ definition }: FlowRevision) {
  const flow = flowIn(definition)
  return flow ? graphOf(flow) : null
}

/** An execution without its variables. @param position widget whose turn it is, while it goes on */
export function executionFacts(
  { context: _, ...execution }: FlowExecution,
  position: string | undefined,
  flows: Named,
) {
  const flowName = flows.revision(execution.flowSid)?.friendlyName ?? execution.flowSid
  return { ...execution, flowName, position: position ?? null }
}

/** A step without its variables. */
export function stepFacts({ context: _, ...step }: FlowStep) {
  const { name: event, transitionedFrom: from, transitionedTo: to } = step
  return { ...step, edge: edgeKey({ from, to, event }) }
}
