import type { FlowEdge, FlowGraph, FlowNode } from './flow-graph.js'

/** Sizes in SVG's units. */
export const sizes = { width: 190, height: 58, line: 16, gapX: 28, gapY: 26, margin: 24, loop: 26 }

/** Something that takes room in a row: a widget, a label, or a line that passes. */
export interface Cell {
  readonly id: number
  readonly node: FlowNode | undefined
  readonly width: number
  readonly height: number
  /** Its neighbours in the rows above and below. */
  readonly above: Cell[]
  readonly below: Cell[]
}

/** A line between two widgets of different rows. */
export interface Line {
  readonly id: number
  readonly edges: readonly FlowEdge[]
  readonly upper: Cell
  readonly lower: Cell
  /** What it passes, from the upper widget to the lower; at least one. */
  readonly cells: readonly Cell[]
  /** The one of them that its labels stand in. */
  readonly labelled: Cell
  /** Whether it leads up. */
  readonly back: boolean
}

export interface Layers {
  /** Widgets in the even ones, labels and what passes between. */
  readonly rows: readonly (readonly Cell[])[]
  readonly lines: readonly Line[]
  /** Widgets that lead to themselves. */
  readonly loops: readonly { readonly cell: Cell; readonly edges: readonly FlowEdge[] }[]
}

/** Room that a passing line takes. */
const lineWidth = 8

/** Puts a graph in rows. */
export function layersOf({ nodes, edges }: FlowGraph): Layers {
  let ids = 0
  const pairs = grouped(edges, ({ from, to }) => JSON.stringify([from, to]))
  const bundles = [...pairs.values()].map((bundle) => ({
    ...{ from: bundle[0]!.from, to: bundle[0]!.to, edges: bundle },
  }))
  const { depth, backward } = depthsOf(nodes, bundles)
  const rows: Cell[][] = Array.from({ length: 2 * Math.max(0, ...depth.values()) + 1 }, () => [])
  const put = (row: number, width: number, height: number, node?: FlowNode): Cell => {
    const cell = { id: ids++, node, width, height, above: [], below: [] }
    rows[row]!.push(cell)
    return cell
  }
  const own = new Map(bundles.filter(({ from, to }) => from === to).map((one) => [one.from, one.edges]))
  const cells = new Map(
    nodes.map((node) => {
      const loop = own.get(node.name)
      const width = sizes.width + (loop ? sizes.loop + labelWidth(loop) : 0)
      return [node.name, put(2 * depth.get(node.name)!, width, sizes.height, node)]
    }),
  )
  const lines = bundles.flatMap((bundle): Line[] => {
    const { from, to, edges: all } = bundle
    if (from === to) return []
    const back = backward.has(bundle)
    const [upper, lower] = back ? [to, from] : [from, to]
    const [first, last] = [2 * depth.get(upper)! + 1, 2 * depth.get(lower)! - 1]
    const labelRow = back ? last : first
    const passed: Cell[] = []
    for (let row = first; row <= last; row++) {
      const labels = row === labelRow
      passed.push(put(row, labels ? labelWidth(all) : lineWidth, labels ? all.length * sizes.line : 0))
    }
    const chain = [cells.get(upper)!, ...passed, cells.get(lower)!]
    chain.slice(1).forEach((cell, i) => {
      cell.above.push(chain[i]!)
      chain[i]!.below.push(cell)
    })
    const labelled = (back ? passed.at(-1) : passed[0])!
    return [{ id: ids++, edges: all, upper: chain[0]!, lower: chain.at(-1)!, cells: passed, labelled, back }]
  })
  const loops = [...own].map(([name, all]) => ({ cell: cells.get(name)!, edges: all }))
  return { rows, lines, loops }
}

interface Bundle {
  readonly from: string
  readonly to: string
}

/** How deep each widget is: below all that lead to it, but for those that lead back. What nothing reaches comes last. */
function depthsOf<B extends Bundle>(nodes: readonly FlowNode[], bundles: readonly B[]) {
  const leaving = grouped(bundles, ({ from }) => from)
  const backward = new Set<B>()
  const depth = new Map<string, number>()
  const starts = [...nodes].sort((one, other) => Number(other.initial) - Number(one.initial))
  const entered = new Set(bundles.filter(({ from, to }) => from !== to).map(({ to }) => to))
  starts.sort((one, other) => rank(one) - rank(other))
  function rank({ name, initial }: FlowNode): number {
    return initial ? 0 : entered.has(name) ? 2 : 1
  }
  for (const { name: start } of starts) {
    if (depth.has(start)) continue
    const order = walk(start)
    const base = Math.max(-1, ...depth.values()) + 1
    for (const name of order) depth.set(name, base)
    for (const name of order)
      for (const bundle of leaving.get(name) ?? []) {
        if (bundle.from === bundle.to || backward.has(bundle)) continue
        depth.set(bundle.to, Math.max(depth.get(bundle.to)!, depth.get(name)! + 1))
      }
  }
  return { depth, backward }

  /** Widgets that can be reached and have no place yet, each before those it leads to. Depth first, without recursion. */
  function walk(start: string): string[] {
    const done: string[] = []
    const open = new Set([start])
    const finished = new Set<string>()
    const path = [{ name: start, next: 0 }]
    while (path.length > 0) {
      const here = path.at(-1)!
      const bundle = leaving.get(here.name)?.[here.next++]
      if (!bundle) {
        path.pop()
        open.delete(here.name)
        finished.add(here.name)
        done.push(here.name)
      } else if (open.has(bundle.to) || depth.has(bundle.to)) {
        if (bundle.from !== bundle.to) backward.add(bundle)
      } else if (!finished.has(bundle.to)) {
        open.add(bundle.to)
        path.push({ name: bundle.to, next: 0 })
      }
    }
    return done.reverse()
  }
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** A label as it is drawn: long ones are cut. */
export function labelText({ label }: FlowEdge): string {
  return label.length > 26 ? `${label.slice(0, 25)}…` : label
}

/** Room for the longest of some labels, at 12 px. */
export function labelWidth(edges: readonly FlowEdge[]): number {
  return Math.max(...edges.map((edge) => labelText(edge).length)) * 6.6 + 12
}
