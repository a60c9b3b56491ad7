import type { Cell } from './layers.js'

export interface Placed {
  readonly cell: Cell
  /** Its middle. */
  readonly x: number
}

/** Times that rows are sorted, down and up. */
const sweeps = 8

/** Orders the cells of each row so that few lines cross, and places them near what they are joined with. */
export function ordered(rows: readonly (readonly Cell[])[], gap: number): readonly (readonly Placed[])[] {
  let order = rows.map((row) => [...row])
  let best = order.map((row) => [...row])
  let fewest = crossings(best)
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    order = sorted(order, sweep % 2 === 0 ? 'above' : 'below')
    const now = crossings(order)
    if (now >= fewest) continue
    fewest = now
    best = order.map((row) => [...row])
  }
  return places(best, gap)
}

function ranks(row: readonly Cell[]): Map<Cell, number> {
  return new Map(row.map((cell, i) => [cell, i]))
}

function sorted(rows: readonly Cell[][], side: 'above' | 'below'): Cell[][] {
  const all = rows.map((row) => [...row])
  const from = side === 'above' ? all.keys() : [...all.keys()].reverse()
  for (const i of from) {
    const beside = ranks(all[side === 'above' ? i - 1 : i + 1] ?? [])
    const own = ranks(all[i]!)
    const wish = (cell: Cell) => mean(cell[side].map((other) => beside.get(other)!)) ?? own.get(cell)!
    const wishes = new Map(all[i]!.map((cell) => [cell, wish(cell)]))
    all[i]!.sort((one, other) => wishes.get(one)! - wishes.get(other)!)
  }
  return all
}

/** Pairs of lines that cross, over all rows. */
function crossings(rows: readonly (readonly Cell[])[]): number {
  let count = 0
  rows.forEach((row, i) => {
    const next = ranks(rows[i + 1] ?? [])
    const ends = row.flatMap((cell) => cell.below.map((other) => next.get(other)!).sort((a, b) => a - b))
    // Ends that stand before a smaller one: counted with a tree of partial sums.
    const tree = new Array<number>(next.size + 1).fill(0)
    ends.forEach((end, seen) => {
      let before = 0
      for (let at = end + 1; at > 0; at -= at & -at) before += tree[at]!
      count += seen - before
      for (let at = end + 1; at < tree.length; at += at & -at) tree[at]!++
    })
  })
  return count
}

/** Each cell as near to the middle of its neighbours as order and gaps allow. */
function places(rows: readonly (readonly Cell[])[], gap: number): Placed[][] {
  const x = new Map<Cell, number>()
  for (const row of rows)
    spread(
      row,
      row.map(() => 0),
      gap,
      x,
    )
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const row of sweep % 2 === 0 ? rows : [...rows].reverse()) {
      const wish = ({ above, below }: Cell) => mean([...above, ...below].map((other) => x.get(other)!))
      spread(
        row,
        row.map((cell) => wish(cell) ?? x.get(cell)!),
        gap,
        x,
      )
    }
  }
  return rows.map((row) => row.map((cell) => ({ cell, x: x.get(cell)! })))
}

/**
 * Places a row by least squares of the distances to what is wished: neighbours that want to be nearer than they may become
 * one block (pool adjacent violators).
 */
function spread(row: readonly Cell[], wishes: readonly number[], gap: number, into: Map<Cell, number>): void {
  const offsets: number[] = []
  row.forEach((cell, i) => {
    offsets.push(i === 0 ? 0 : offsets[i - 1]! + (row[i - 1]!.width + cell.width) / 2 + gap)
  })
  const blocks: { sum: number; count: number }[] = []
  wishes.forEach((wish, i) => {
    let block = { sum: wish - offsets[i]!, count: 1 }
    for (
      let last = blocks.at(-1);
      last && last.sum / last.count > block.sum / block.count;
      last = blocks.at(-1)
    ) {
      block = { sum: last.sum + block.sum, count: last.count + block.count }
      blocks.pop()
    }
    blocks.push(block)
  })
  let i = 0
  for (const { sum, count } of blocks) {
    for (let n = 0; n < count; n++, i++) into.set(row[i]!, sum / count + offsets[i]!)
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}
