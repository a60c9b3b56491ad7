import { edgeKey, type FlowGraph } from './graph.js'

/** Transitions that an execution took, by `edgeKey`, and the widgets it left. */
export interface Taken {
  readonly edges: ReadonlySet<string>
  readonly nodes: ReadonlySet<string>
}

export const nothingTaken: Taken = { edges: new Set(), nodes: new Set() }

/** What an execution took, out of its steps. */
export function takenBy(
  steps: readonly {
    readonly name: string
    readonly transitionedFrom: string
    readonly transitionedTo: string
  }[],
): Taken {
  return {
    edges: new Set(
      steps.map(({ name: event, transitionedFrom: from, transitionedTo: to }) =>
        edgeKey({ from, to, event }),
      ),
    ),
    nodes: new Set(steps.map(({ transitionedFrom }) => transitionedFrom)),
  }
}

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
    if (taken.edges.has(edgeKey(edge))) run.push(i)
  })
  const visited = nodes.filter(({ name }) => taken.nodes.has(name)).map(({ name }) => ids.get(name))
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
