import { Bench } from './bench.js'
import { flow, on, say, state } from './flows.js'

/** Runs a flow of one widget, whose events lead to widgets that say them. */
export async function alone(
  type: string,
  properties: object,
  events: readonly string[],
  more: readonly object[] = [],
) {
  const widget = state('w', type, {
    properties,
    transitions: events.map((event) => on(event, `on_${event}`)),
  })
  const bench = new Bench(flow('w', widget, ...events.map((event) => say(`on_${event}`, event))), ...more)
  const call = await bench.call()
  /** The event it left by, and the variables it left. */
  const left = () => {
    const step = bench.steps.find(({ transitionedFrom }) => transitionedFrom === 'w')
    const { widgets } = (step?.context ?? {}) as { widgets?: Record<string, unknown> }
    return { event: step?.name, outputs: widgets?.['w'] }
  }
  return { bench, call, left }
}
