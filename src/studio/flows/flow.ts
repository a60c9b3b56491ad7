import type { FlowProblem } from '../definition/problem.js'

/** A flow as it was saved at one time. Times are ms since the Unix epoch. */
export interface FlowRevision {
  /** `FW` and 32 hex digits. */
  readonly sid: string
  /** From 1. */
  readonly revision: number
  readonly friendlyName: string
  readonly status: 'draft' | 'published'
  readonly commitMessage: string | null
  /** JSON as it was given. */
  readonly definition: unknown
  /** What is wrong with it; nothing where it is published. */
  readonly errors: readonly FlowProblem[]
  readonly warnings: readonly FlowProblem[]
  /** When the flow was made. */
  readonly createdAt: number
  /** When this revision was made; null for the first. */
  readonly updatedAt: number | null
}

/** What a revision is made of. */
export type FlowContent = Pick<FlowRevision, 'friendlyName' | 'status' | 'commitMessage' | 'definition'>

/** A flow of the configuration: published, and changed there alone. */
export interface ConfiguredFlow {
  readonly sid: string
  readonly friendlyName: string
  readonly definition: unknown
  /** Numbers whose calls it takes; `+1555*` for what begins so, `*` for the rest. */
  readonly numbers: readonly string[]
}

/** Flows, as those who run them need them. */
export interface FlowBook {
  latest(sid: string): FlowRevision | undefined
  /** What calls run through: the latest revision that is published. */
  published(sid: string): FlowRevision | undefined
  revision(sid: string, revision: number): FlowRevision | undefined
}
