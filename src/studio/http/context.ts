import type { FlowRuns, Resources } from '../../store/index.js'
import type { ExecutionService } from '../executions/port.js'
import type { Flows } from '../flows/flows.js'

/** What requests are about. */
export interface StudioContext {
  readonly accountSid: string
  readonly flows: Flows
  readonly executions: ExecutionService
  readonly runs: Pick<FlowRuns, 'list' | 'steps' | 'delete'>
  readonly resources: Pick<Resources, 'put' | 'delete' | 'list'>
  readonly now: () => number
  /** What the outside calls the HTTP server. */
  readonly baseUrl: () => string
}
