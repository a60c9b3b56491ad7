/** A flow within a flow. */
export interface SubflowWish {
  readonly flowSid: string
  /** Whether the latest draft is meant, in place of the latest that is published. */
  readonly draft: boolean
  readonly parameters: Readonly<Record<string, unknown>>
  /** Step of the flow that runs it. */
  readonly stepSid: string
}

export type SubflowOutcome =
  /** It came to its end; the variables it set. */
  | { readonly kind: 'completed'; readonly variables: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The call is over, or taken away: so is the flow around it. */
  | {
      readonly kind: 'over'
      readonly reason: string
      readonly callOver: boolean
      /** Whether the call stays up, in other hands. */
      readonly leavesCall: boolean
    }
