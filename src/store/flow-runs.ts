/** One call, or one request, on its way through a flow of Studio's. Times are ms since the Unix epoch. */
export interface FlowExecution {
  /** `FN` and 32 hex digits. */
  readonly sid: string
  readonly flowSid: string
  readonly flowRevision: number
  /** `FC` and 32 hex digits: whom it talks with, the same for one address. */
  readonly contactSid: string
  readonly contactChannelAddress: string
  readonly status: 'active' | 'ended'
  /** `caller` for a call that came in, `api`, or the SID of the execution that it is a subflow of. */
  readonly initiatedBy: string
  /** The call it runs on; null while it has none. */
  readonly callSid: string | null
  /** Variables of the whole, as templates see them. */
  readonly context: Readonly<Record<string, unknown>>
  /** Why it ended, in words; null while it goes on. */
  readonly endReason: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

export type FlowExecutionChanges = Partial<
  Pick<FlowExecution, 'status' | 'callSid' | 'context' | 'endReason' | 'updatedAt'>
>

/** A transition that an execution took: it left one widget by an event and came to another, or to its end. */
export interface FlowStep {
  /** `FT` and 32 hex digits. */
  readonly sid: string
  readonly executionSid: string
  readonly flowSid: string
  /** Step of the parent flow that runs this one as a subflow. */
  readonly parentStepSid: string | null
  /** The event: `incomingCall`, `success` … */
  readonly name: string
  /** Type of the widget that was left. */
  readonly type: string
  readonly transitionedFrom: string
  /** `Ended` where nothing follows. */
  readonly transitionedTo: string
  /** Variables as they were after the widget that was left. */
  readonly context: Readonly<Record<string, unknown>>
  readonly createdAt: number
}
