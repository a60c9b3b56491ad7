import { type Pair, pairs } from '../definition/fields.js'
import type { Step } from '../execution/step.js'
import { widgetKind } from './widget-kind.js'

/** Sets variables of the flow, one after the other: each sees those before it. */
export const setVariables = widgetKind({
  type: 'set-variables',
  events: ['next'],
  properties: { variables: pairs },
  run(step, { variables }) {
    const set = step.parts.variables.flow.variables
    const outputs: Record<string, unknown> = {}
    for (const pair of variables) outputs[pair.key] = set[pair.key] = typed(readValue(step, pair))
    return { event: 'next', outputs }
  },
})

/** What is written as a number is one, so that templates can compare it; it looks the same wherever it is put in. */
function typed(value: unknown): unknown {
  return typeof value === 'string' && String(Number(value)) === value && Number.isFinite(Number(value))
    ? Number(value)
    : value
}

/** The value of a pair, with templates rendered and, where that is asked for, JSON read. */
export function readValue(step: Step, { key, value, json }: Pair): unknown {
  const text = step.text(value, key)
  if (!json) return text
  try {
    return JSON.parse(text) ?? ''
  } catch {
    step.parts.warn('flow_value_invalid', `${key} is no JSON, and taken as text`)
    return text
  }
}

/** Names with their values; of two of one name the last. */
export function valuesOf(step: Step, list: readonly Pair[]): Record<string, string> {
  return Object.fromEntries(list.map(({ key, value }) => [key, step.text(value, key)]))
}
