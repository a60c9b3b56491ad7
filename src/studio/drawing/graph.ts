import type { FlowDefinition, Transition, Widget } from '../definition/flow-definition.js'
import type { FlowEdge, FlowGraph } from './flow-graph.js'

/** Widgets in their order, and the transitions that lead somewhere. */
export function graphOf(flow: FlowDefinition): FlowGraph {
  const widgets = [...flow.widgets.values()]
  return {
    nodes: widgets.map(({ name, type }) => ({ name, type, initial: name === flow.initial })),
    edges: widgets.flatMap(edgesOf),
  }
}

/** Name of an edge, by which the steps of an execution are found in a graph. */
export function edgeKey({ from, to, event }: Pick<FlowEdge, 'from' | 'to' | 'event'>): string {
  return JSON.stringify([from, event, to])
}

function edgesOf({ name, transitions }: Widget): FlowEdge[] {
  return transitions.flatMap((transition) => {
    const { event, next: to } = transition
    if (to === undefined) return []
    const edge = { from: name, to, event }
    return [{ ...edge, label: labelOf(transition), key: edgeKey(edge) }]
  })
}

function labelOf({ event, conditions }: Transition): string {
  if (conditions.length === 0) return event
  return conditions.map(({ type, value }) => `${type.replaceAll('_', ' ')} ${value}`.trim()).join(' and ')
}
