import type { FlowGraph } from './graph.js'

export interface Place {
  readonly x: number
  readonly y: number
}

/** Size of a widget and of the gaps between, in SVG's units. */
export const box = { width: 220, height: 56, gapX: 60, gapY: 90 }

/** Where each widget is drawn, by name: as on the vendor's canvas where every widget has a place there, else in rows. */
export function layout(graph: FlowGraph): ReadonlyMap<string, Place> {
  const { nodes } = graph
  const places = new Map(nodes.flatMap(({ name, offset }) => (offset ? [[name, offset] as const] : [])))
  const distinct = new Set([...places.values()].map(({ x, y }) => `${x},${y}`))
  if (places.size === nodes.length && distinct.size === nodes.length) return places
  return inRows(graph)
}

/** One row for each step away from where the flow begins; what cannot be reached comes last. */
function inRows({ nodes, edges }: FlowGraph): Map<string, Place> {
  const rows: string[][] = []
  const seen = new Set<string>()
  let row = nodes.filter(({ initial }) => initial).map(({ name }) => name)
  while (row.length > 0) {
    rows.push(row)
    for (const name of row) seen.add(name)
    const next = edges.filter(({ from, to }) => row.includes(from) && !seen.has(to)).map(({ to }) => to)
    row = [...new Set(next)]
  }
  const rest = nodes.map(({ name }) => name).filter((name) => !seen.has(name))
  if (rest.length > 0) rows.push(rest)
  const places = rows.flatMap((names, y) =>
    names.map((name, x): [string, Place] => [
      name,
      {
        x: (x - (names.length - 1) / 2) * (box.width + box.gapX),
        y: y * (box.height + box.gapY),
      },
    ]),
  )
  return new Map(places)
}
