import type { FlowExecution, FlowStep } from '../../store/index.js'
import type { FlowDefinition } from '../definition/flow-definition.js'

/** What becomes of an execution that an earlier process left open. */
export type LeftOpen =
  /** It had no call, and goes on at a widget. */
  | { readonly kind: 'goes-on'; readonly flow: FlowDefinition; readonly at: string }
  /** Its call went with the process. `step` leaves the widget it was at, as when a caller hangs up. */
  | { readonly kind: 'call-gone'; readonly step: Omit<FlowStep, 'sid' | 'createdAt'> | undefined }
  /** There is nothing to go on with. */
  | { readonly kind: 'over'; readonly reason: string }

/** @param flow undefined where it is not there any more @param steps in their order */
export function leftOpen(
  execution: FlowExecution,
  steps: readonly FlowStep[],
  flow: FlowDefinition | undefined,
): LeftOpen {
  const at = steps.at(-1)?.transitionedTo ?? flow?.initial ?? ''
  const widget = flow?.widgets.get(at)
  if (at === 'Ended' && !widget) return { kind: 'over', reason: 'the flow came to its end' }
  const { sid, flowSid, callSid, context } = execution
  const trigger = context['trigger'] as object | undefined
  if (callSid === null && trigger !== undefined && !('parent' in trigger)) {
    return flow && widget ? { kind: 'goes-on', flow, at } : { kind: 'over', reason: 'its flow is gone' }
  }
  const step = widget && {
    ...{ executionSid: sid, flowSid, parentStepSid: steps[0]?.parentStepSid ?? null, context },
    ...{ sequence: steps.length + 1, name: 'hangup', type: widget.type },
    ...{ transitionedFrom: at, transitionedTo: 'Ended' },
  }
  return { kind: 'call-gone', step }
}
