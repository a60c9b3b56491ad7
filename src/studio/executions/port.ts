import type { FlowExecution, FlowRuns, FlowStep } from '../../store/index.js'

/** Where executions are written down. Never waits, never throws. */
export type ExecutionRecords = Pick<FlowRuns, 'began' | 'changed' | 'step'>

/** Who looks on as executions go their way. Must not throw. */
export interface ExecutionWatcher {
  /** It began, came to another widget, goes on with another call, or ended. */
  changed(execution: FlowExecution, position: string | undefined): void
  stepped(step: FlowStep): void
}

/** An execution that the API asks for. */
export interface ExecutionRequest {
  readonly flowSid: string
  readonly to: string
  readonly from: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** What the API may do with executions. */
export interface ExecutionService {
  /**
   * Starts the latest published revision at `incomingRequest`.
   *
   * @throws ParleyError `flow_not_found`, `flow_not_published`, `flow_contact_busy` where the flow takes one execution of
   *   a contact at a time and has one
   */
  start(request: ExecutionRequest): FlowExecution
  /** The execution as it is now, while it goes on. */
  active(sid: string): FlowExecution | undefined
  /** Name of the widget whose turn it is, while the execution goes on. */
  position(sid: string): string | undefined
  /** Ends it: the call it is on is hung up. Resolves when it is over, at once where it was. */
  end(sid: string, reason: string): Promise<void>
}
