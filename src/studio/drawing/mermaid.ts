import type { FlowGraph } from './flow-graph.js'
import { nothingTaken, type Taken } from './taken.js'

/** A graph in Mermaid's words; what was taken is green. */
export function drawMermaid({ nodes, edges }: FlowGraph, taken: Taken = nothingTaken): string {
  const ids = new Map(nodes.map(({ name }, i) => [name, `w${i}`]))
  const lines = ['flowchart TD']
  for (const { name, type, initial } of nodes) {
    const label = `"${quoted(name)}<br/><small>${quoted(type)}</small>"`
    lines.push(`  ${ids.get(name)}${initial ? `([${label}])` : `[${label}]`}`)
  }
  const run: number[] = []
  edges.forEach((edge, i) => {
    lines.push(`  ${ids.get(edge.from)} -->|"${quoted(edge.label)}"| ${ids.get(edge.to)}`)
    if (taken.edges.has(edge.key)) run.push(i)
  })
  const visited = nodes.filter(({ name }) => taken.visits.has(name)).map(({ name }) => ids.get(name))
  if (visited.length > 0) {
    lines.push('  classDef run fill:#d7f5dd,stroke:#1a7f37,stroke-width:3px')
    lines.push(`  class ${visited.join(',')} run`)
  }
  if (run.length > 0) lines.push(`  linkStyle ${run.join(',')} stroke:#1a7f37,stroke-width:3px`)
  return `${lines.join('\n')}\n`
}

/** Mermaid's way to write what would end a label. */
function quoted(text: string): string {
  return text
    .replaceAll('&', '#amp;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
    .replace(/\s+/g, ' ')
}
