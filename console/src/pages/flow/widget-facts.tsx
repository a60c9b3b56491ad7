import type { Graph } from '../../api/flow-types.js'
import { text } from '../../messages.js'

/** What is known of the chosen widget: its type, and where it leads. */
export function WidgetFacts({
  node,
  graph,
}: {
  readonly node: Graph['nodes'][number]
  readonly graph: Graph
}) {
  const leaving = graph.edges.filter(({ from }) => from === node.name)
  return (
    <section className="widget" aria-label={text.flows.widget(node.name)}>
      <h2>{node.name}</h2>
      <p className="quiet">{node.type}</p>
      {leaving.length === 0 && <p>{text.flows.last}</p>}
      <ul>
        {leaving.map(({ key, label, to }) => (
          <li key={`${key} ${label}`}>
            {label} → {to}
          </li>
        ))}
      </ul>
    </section>
  )
}
