import type { FlowGraph } from '../../../src/studio/drawing/flow-graph.js'

/** A graph of `from event to`; the first widget is where it begins. */
export function graph(...transitions: string[]): FlowGraph {
  const edges = transitions.map((words) => {
    const [from = '', event = '', to = ''] = words.split(' ')
    return { from, event, to, label: event, key: words }
  })
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))]
  return { nodes: names.map((name, i) => ({ name, type: 'say-play', initial: i === 0 })), edges }
}
