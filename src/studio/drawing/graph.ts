import type { FlowDefinition, Transition, Widget } from '../definition/flow-definition.js'

/** A flow as a graph: what a page draws. */
export interface FlowGraph {
  readonly nodes: readonly FlowNode[]
  readonly edges: readonly FlowEdge[]
}

export interface FlowNode {
  readonly name: string
  readonly type: string
  /** Whether the flow begins here. */
  readonly initial: boolean
  /** Place on the vendor's canvas, where the definition has it. */
  readonly offset: { readonly x: number; readonly y: number } | undefined
}

export interface FlowEdge {
  readonly from: string
  readonly to: string
  readonly event: string
  /** The event, or for a split what must match. */
  readonly label: string
}

/** Widgets in their order, and the transitions that lead somewhere. */
export function graphOf(flow: FlowDefinition): FlowGraph {
  const widgets = [...flow.widgets.values()]
  return {
    nodes: widgets.map(({ name, type, offset }) => ({ name, type, offset, initial: name === flow.initial })),
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
    return to === undefined ? [] : [{ from: name, to, event, label: labelOf(transition) }]
  })
}

function labelOf({ event, conditions }: Transition): string {
  if (conditions.length === 0) return event
  return conditions.map(({ type, value }) => `${type.replaceAll('_', ' ')} ${value}`.trim()).join(' and ')
}
