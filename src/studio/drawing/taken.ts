import type { FlowStep } from '../../store/index.js'
import { edgeKey } from './graph.js'

/** What an execution took of a flow. */
export interface Taken {
  /** Keys of transitions. */
  readonly edges: ReadonlySet<string>
  /** How often each widget was left, by name. */
  readonly visits: ReadonlyMap<string, number>
}

export const nothingTaken: Taken = { edges: new Set(), visits: new Map() }

export function takenBy(
  steps: readonly Pick<FlowStep, 'name' | 'transitionedFrom' | 'transitionedTo'>[],
): Taken {
  const edges = new Set<string>()
  const visits = new Map<string, number>()
  for (const { name: event, transitionedFrom: from, transitionedTo: to } of steps) {
    edges.add(edgeKey({ from, to, event }))
    visits.set(from, (visits.get(from) ?? 0) + 1)
  }
  return { edges, visits }
}
