import { choice, pairs, required, text } from '../definition/fields.js'
import { CallOver, ExecutionOver, WidgetFailure } from '../execution/interruptions.js'
import { readValue } from './set-variables.js'
import { widgetKind } from './widget-kind.js'

const flowSid = required(
  text.refine((sid) => /^FW[0-9a-fA-F]{32}$/.test(sid), 'must be a valid, non-liquid flow sid'),
)

/** Runs another flow, and gets the variables it set. */
export const runSubflow = widgetKind({
  type: 'run-subflow',
  events: ['completed', 'failed'],
  failure: 'failed',
  properties: {
    flow_sid: flowSid,
    flow_revision: choice(['LatestPublished', 'LatestDraft']),
    parameters: pairs,
  },
  async run(step, properties) {
    const revision = step.text(properties.flow_revision, 'flow_revision')
    const outcome = await step.parts.runSubflow({
      flowSid: properties.flow_sid,
      draft: /draft/i.test(revision),
      parameters: Object.fromEntries(properties.parameters.map((pair) => [pair.key, readValue(step, pair)])),
      stepSid: step.parts.sid,
    })
    switch (outcome.kind) {
      case 'completed':
        return { event: 'completed', outputs: outcome.variables }
      case 'failed':
        throw new WidgetFailure(outcome.reason, 'flow_subflow_failed')
      case 'over':
        if (outcome.callOver) throw new CallOver({})
        throw new ExecutionOver(outcome.reason, { leavesCall: outcome.leavesCall })
    }
  },
})
