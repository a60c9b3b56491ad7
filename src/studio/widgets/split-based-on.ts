import { holdsTrue } from '../definition/conditions.js'
import { text } from '../definition/fields.js'
import type { Condition } from '../definition/flow-definition.js'
import type { Step } from '../execution/step.js'
import { widgetKind } from './widget-kind.js'

/** The first `match` whose conditions hold, else `noMatch`. */
export const splitBasedOn = widgetKind({
  type: 'split-based-on',
  events: ['match', 'noMatch'],
  properties: { input: text },
  run(step, { input }) {
    const transition = step.transitions.find(
      ({ event, conditions }) =>
        event === 'match' && conditions.every((condition) => holds(step, condition, input)),
    )
    if (transition) return { event: 'match', outputs: {}, transition }
    if (!step.leadsOn('noMatch'))
      step.parts.warn('flow_no_match', 'nothing matched, and noMatch leads nowhere')
    return { event: 'noMatch', outputs: {} }
  },
})

function holds(step: Step, condition: Condition, input: string): boolean {
  const property = `condition "${condition.friendlyName}"`
  const [tested = input] = condition.arguments
  return holdsTrue(condition.type, step.text(tested, property), step.text(condition.value, property))
}
