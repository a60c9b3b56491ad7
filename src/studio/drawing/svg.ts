import type { FlowGraph } from './flow-graph.js'
import { labelText, sizes } from './layers.js'
import { type Arrow, type Box, drawingOf } from './layout.js'
import { nothingTaken, type Taken } from './taken.js'

const style = [
  'svg{background:#fff;font-family:system-ui,sans-serif}',
  'text{text-anchor:middle;fill:#1f2328}.name{font-size:14px;font-weight:600}.type{font-size:11px;fill:#59636e}',
  '.label{font-size:12px;dominant-baseline:central;paint-order:stroke;stroke:#fff;stroke-width:5px}',
  'rect{fill:#f6f8fa;stroke:#8c959f}.initial rect{fill:#fff;stroke-width:2}',
  '.edge{fill:none;stroke:#8c959f;stroke-width:1.25}.tip{fill:#8c959f}',
  '.run rect{fill:#dafbe1;stroke:#1a7f37;stroke-width:2}.run.edge{stroke:#1a7f37;stroke-width:2.5}',
  '.run.label{fill:#116329;font-weight:600}.run.tip{fill:#1a7f37}',
].join('')

/** Longest name of a widget that its box has room for, in characters. */
const MOST_NAME = 22

/** A graph as a picture; what was taken is green, and says how often where that is more than once. */
export function drawSvg(graph: FlowGraph, taken: Taken = nothingTaken): string {
  const { width, height, boxes, arrows } = drawingOf(graph)
  const size = `width="${rounded(width)}" height="${rounded(height)}"`
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rounded(width)} ${rounded(height)}" ${size}>`,
    `<style>${style}</style>`,
    `<defs>${tip('tip', 'tip')}${tip('tip-run', 'run tip')}</defs>`,
    ...arrows.map((arrow) => line(arrow, taken)),
    ...boxes.map((box) => widget(box, taken.visits.get(box.node.name) ?? 0)),
    '</svg>',
  ]
  return `${lines.join('\n')}\n`
}

function tip(id: string, look: string): string {
  const frame = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10"'
  return `<marker id="${id}" ${frame} markerUnits="userSpaceOnUse" orient="auto"><path class="${look}" d="M0 0L8 4L0 8z"/></marker>`
}

function line({ edges, path, label }: Arrow, taken: Taken): string {
  const run = edges.some(({ key }) => taken.edges.has(key))
  const labels = edges.map((edge, i) => {
    const look = taken.edges.has(edge.key) ? 'run label' : 'label'
    const [x, y] = [rounded(label.x), rounded(label.y + i * sizes.line)]
    return `<text class="${look}" x="${x}" y="${y}">${escaped(labelText(edge))}${title(edge.label, labelText(edge))}</text>`
  })
  const look = run ? 'class="run edge" marker-end="url(#tip-run)"' : 'class="edge" marker-end="url(#tip)"'
  return `<path ${look} d="${path}"/>${labels.join('')}`
}

function widget({ node, x, y }: Box, visits: number): string {
  const { name, type, initial } = node
  const look = [initial && 'initial', visits > 0 && 'run'].filter(Boolean).join(' ')
  const middle = rounded(x + sizes.width / 2)
  const shown = name.length > MOST_NAME ? `${name.slice(0, MOST_NAME - 1)}…` : name
  const place = `x="${rounded(x)}" y="${rounded(y)}" width="${sizes.width}" height="${sizes.height}"`
  return (
    `<g${look && ` class="${look}"`}>${title(name, shown)}` +
    `<rect ${place} rx="${initial ? sizes.height / 2 : 8}"/>` +
    `<text class="name" x="${middle}" y="${rounded(y + 26)}">${escaped(shown)}</text>` +
    `<text class="type" x="${middle}" y="${rounded(y + 44)}">${escaped(type)}${visits > 1 ? ` ×${visits}` : ''}</text></g>`
  )
}

/** The whole of a text that is shown cut. */
function title(whole: string, shown: string): string {
  return whole === shown ? '' : `<title>${escaped(whole)}</title>`
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
}
