import type { FlowExecution, FlowStep } from '../../store/index.js'
import type { ExecutionWatcher } from '../../studio/index.js'
import type { LiveFeed } from '../live-feed.js'
import { executionFacts, type ShownFlows, stepFacts } from './shown-flows.js'

/** Tells who looks at a flow, or at a call in it, how executions go their way. */
export class FlowNews implements ExecutionWatcher {
  constructor(
    private readonly feed: LiveFeed,
    private readonly flows: Pick<ShownFlows, 'revision' | 'numbersOf'>,
  ) {}

  changed(execution: FlowExecution, position: string | undefined): void {
    const facts = executionFacts(execution, position, this.flows)
    this.feed.publish(execution.flowSid, 'execution', facts)
    if (execution.callSid !== null) this.feed.publish(execution.callSid, 'execution', facts)
  }

  stepped(step: FlowStep): void {
    this.feed.publish(step.flowSid, 'step', stepFacts(step))
  }
}
