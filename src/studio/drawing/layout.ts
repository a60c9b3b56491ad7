import type { FlowEdge, FlowGraph, FlowNode } from './flow-graph.js'
import { type Cell, type Line, labelWidth, layersOf, sizes } from './layers.js'
import { ordered } from './order.js'

export interface Box {
  readonly node: FlowNode
  readonly row: number
  readonly x: number
  readonly y: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** All transitions from one widget to another, drawn as one line. */
export interface Arrow {
  readonly edges: readonly FlowEdge[]
  /** Path of the line, as SVG's `d`. */
  readonly path: string
  /** Middle of the first label; the others stand below it, `sizes.line` apart. */
  readonly label: Point
}

export interface Drawing {
  readonly width: number
  readonly height: number
  /** In reading order. */
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

/**
 * A flow in layers: each widget below those that lead to it, but for what leads back; labels have room of their own, so that
 * nothing covers anything. (Sugiyama's method: layers, order, places.)
 */
export function drawingOf(graph: FlowGraph): Drawing {
  const { rows, lines, loops } = layersOf(graph)
  const placed = ordered(rows, sizes.gapX)
  const left = Math.min(0, ...placed.flat().map(({ cell, x }) => x - cell.width / 2)) - sizes.margin
  const at = new Map<Cell, Point>()
  const boxes: Box[] = []
  let y = sizes.margin
  let width = 0
  placed.forEach((row, number) => {
    const height = Math.max(0, ...row.map(({ cell }) => cell.height))
    for (const { cell, x: middle } of row) {
      const x = middle - left
      at.set(cell, { x, y: y + height / 2 })
      width = Math.max(width, x + cell.width / 2)
      if (cell.node) boxes.push({ node: cell.node, row: number, x: boxX(cell, x), y })
    }
    y += height + sizes.gapY
  })
  const ports = new Ports(lines, at)
  const arrows = [
    ...lines.map((line) => arrowOf(line, at, ports)),
    ...loops.map(({ cell, edges }) => loopOf(edges, boxX(cell, at.get(cell)!.x), at.get(cell)!.y)),
  ]
  return { width: width + sizes.margin, height: y - sizes.gapY + sizes.margin, boxes, arrows }
}

/** A widget that leads to itself has room for that at its right. */
function boxX(cell: Cell, middle: number): number {
  return middle - cell.width / 2
}

/** Where lines leave and reach the boxes: side by side, in the order of where they come from. */
class Ports {
  private readonly places = new Map<string, number>()

  constructor(lines: readonly Line[], at: ReadonlyMap<Cell, Point>) {
    const sides = new Map<string, { readonly line: Line; readonly towards: number }[]>()
    const add = (key: string, line: Line, next: Cell) => {
      sides.set(key, [...(sides.get(key) ?? []), { line, towards: at.get(next)!.x }])
    }
    for (const line of lines) {
      const { upper, lower, cells } = line
      add(`b${upper.id}`, line, cells[0]!)
      add(`t${lower.id}`, line, cells.at(-1)!)
    }
    for (const [key, side] of sides) {
      side.sort((one, other) => one.towards - other.towards)
      side.forEach(({ line }, i) => {
        this.places.set(`${key} ${line.id}`, ((i + 1) / (side.length + 1)) * sizes.width)
      })
    }
  }

  x(side: 'b' | 't', { id: cell }: Cell, { id }: Line): number {
    return this.places.get(`${side}${cell} ${id}`)!
  }
}

function arrowOf(line: Line, at: ReadonlyMap<Cell, Point>, ports: Ports): Arrow {
  const { upper, lower, cells, back, labelled, edges } = line
  const [from, to] = [at.get(upper)!, at.get(lower)!]
  const start = { x: boxX(upper, from.x) + ports.x('b', upper, line), y: from.y + sizes.height / 2 }
  const end = { x: boxX(lower, to.x) + ports.x('t', lower, line), y: to.y - sizes.height / 2 }
  // Upright through each cell it passes, so that it does not touch what stands beside.
  const through = cells.flatMap((cell) => {
    const { x, y } = at.get(cell)!
    return [
      { x, y: y - cell.height / 2 },
      { x, y: y + cell.height / 2 },
    ]
  })
  const points = [start, ...through, end]
  const { x, y } = at.get(labelled)!
  const label = { x, y: y - ((edges.length - 1) * sizes.line) / 2 }
  return { edges, path: curve(back ? points.reverse() : points), label }
}

function loopOf(edges: readonly FlowEdge[], x: number, y: number): Arrow {
  const right = x + sizes.width
  const out = right + sizes.loop
  const path = `M${right} ${y + 14}C${out} ${y + 22} ${out} ${y - 22} ${right} ${y - 14}`
  return {
    edges,
    path,
    label: { x: out + labelWidth(edges) / 2, y: y - ((edges.length - 1) * sizes.line) / 2 },
  }
}

function curve([first, ...rest]: readonly Point[]): string {
  let { x, y } = first!
  let path = `M${round(x)} ${round(y)}`
  for (const point of rest) {
    const middle = (y + point.y) / 2
    path +=
      point.x === x
        ? `V${round(point.y)}`
        : `C${round(x)} ${round(middle)} ${round(point.x)} ${round(middle)} ${round(point.x)} ${round(point.y)}`
    ;({ x, y } = point)
  }
  return path
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
