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
  /** JSON as it was given; published ones are valid. */
  readonly definition: unknown
  /** What is wrong with a draft. */
  readonly errors: readonly FlowProblem[]
  /** When the flow was made. */
  readonly createdAt: number
  /** When this revision was made; null for the first. */
  readonly updatedAt: number | null
}

/** All flows of the node: those of the configuration, and those made by the API. */
export interface FlowBook {
  /** The latest revision of each, newest flow first. */
  list(): readonly FlowRevision[]
  latest(sid: string): FlowRevision | undefined
  /** What calls run through: the latest revision that is published. */
  published(sid: string): FlowRevision | undefined
}
