import { edgeKey, type FlowEdge, type FlowGraph } from './graph.js'
import { box, layout, type Place } from './layout.js'
import { nothingTaken, type Taken } from './mermaid.js'

const margin = 80
const style = [
  'text{font:13px system-ui,sans-serif;fill:#1f2328}',
  '.type{font-size:11px;fill:#59636e}.label{font-size:11px}',
  'rect{fill:#f6f8fa;stroke:#59636e}path{fill:none;stroke:#8c959f}',
  '.run rect{fill:#d7f5dd}.run rect,path.run{stroke:#1a7f37;stroke-width:3}',
].join('')

/** A graph as a picture; what was taken is green. */
export function drawSvg(graph: FlowGraph, taken: Taken = nothingTaken): string {
  const places = layout(graph)
  const xs = [...places.values()].map(({ x }) => x)
  const ys = [...places.values()].map(({ y }) => y)
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin]
  const width = Math.max(...xs) + box.width + margin - left
  const height = Math.max(...ys) + box.height + margin - top
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}">`,
    `<style>${style}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#8c959f"/></marker></defs>',
    ...graph.edges.map((edge) => arrow(edge, places, taken)),
    ...graph.nodes.map(({ name, type, initial }) => {
      const { x, y } = places.get(name)!
      const middle = x + box.width / 2
      return (
        `<g${taken.nodes.has(name) ? ' class="run"' : ''}>` +
        `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="${initial ? 28 : 6}"/>` +
        `<text x="${middle}" y="${y + 24}" text-anchor="middle">${escaped(name)}</text>` +
        `<text class="type" x="${middle}" y="${y + 43}" text-anchor="middle">${escaped(type)}</text></g>`
      )
    }),
    '</svg>',
  ]
  return `${lines.join('\n')}\n`
}

/** From the bottom of one widget to the top of another, with what leads there in the middle. */
function arrow(edge: FlowEdge, places: ReadonlyMap<string, Place>, taken: Taken): string {
  const [from, to] = [places.get(edge.from)!, places.get(edge.to)!]
  const [x1, y1] = [from.x + box.width / 2, from.y + box.height]
  const [x2, y2] = [to.x + box.width / 2, to.y]
  const bend = Math.max(40, Math.abs(y2 - y1) / 2)
  const run = taken.edges.has(edgeKey(edge)) ? ' class="run"' : ''
  const label = escaped(edge.label.length > 40 ? `${edge.label.slice(0, 39)}…` : edge.label)
  return (
    `<path${run} d="M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" marker-end="url(#tip)"/>` +
    `<text class="label" x="${(x1 + x2) / 2}" y="${(y1 + y2) / 2}" text-anchor="middle">${label}</text>`
  )
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\p{Cc}/gu, ' ')
}
