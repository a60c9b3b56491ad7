import type { FlowGraph } from '../../../src/studio/drawing/flow-graph.js'

/** What the relay answers about flows, as its `src/console/flows` has it. Times are ms since the Unix epoch. */
export interface FlowFacts {
  readonly sid: string
  readonly friendlyName: string
  readonly revision: number
  readonly status: 'draft' | 'published'
  readonly commitMessage: string | null
  readonly createdAt: number
  readonly updatedAt: number | null
  readonly numbers: readonly string[]
  readonly errors: readonly string[]
}

export interface FlowList {
  readonly flows: readonly (FlowFacts & { readonly running: number })[]
  readonly cursor: string
}

export type Graph = FlowGraph

export interface FlowDetail {
  readonly flow: FlowFacts
  /** Null where the definition has problems. */
  readonly graph: Graph | null
}

export interface Execution {
  readonly sid: string
  readonly flowSid: string
  readonly flowName: string
  readonly flowRevision: number
  readonly contactChannelAddress: string
  readonly status: 'active' | 'ended'
  /** A caller, `api`, or the execution that it is a subflow of. */
  readonly initiatedBy: string
  readonly callSid: string | null
  readonly endReason: string | null
  readonly createdAt: number
  readonly updatedAt: number
  /** Widget whose turn it is; null when it is over. */
  readonly position: string | null
}

export interface ExecutionPage {
  readonly executions: readonly Execution[]
  readonly more: boolean
  readonly cursor: string
}

export interface FlowStep {
  readonly sid: string
  readonly executionSid: string
  readonly sequence: number
  /** The event. */
  readonly name: string
  readonly type: string
  readonly transitionedFrom: string
  readonly transitionedTo: string
  readonly createdAt: number
  /** Key of the edge it took. */
  readonly edge: string
}

export interface ExecutionDetail {
  readonly execution: Execution
  readonly steps: readonly FlowStep[]
}
