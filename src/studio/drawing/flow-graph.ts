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
}

export interface FlowEdge {
  readonly from: string
  readonly to: string
  readonly event: string
  /** The event, or for a split what must match. */
  readonly label: string
  /** By which the steps of an execution are found in it: `edgeKey`. */
  readonly key: string
}
