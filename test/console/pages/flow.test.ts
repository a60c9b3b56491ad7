import { describe, expect, it } from 'vitest'
import type { Execution, FlowStep, Graph } from '../../../console/src/api/flow-types.js'
import { labelWidth, sizes } from '../../../console/src/model/flow-layers.js'
import { drawingOf } from '../../../console/src/model/flow-layout.js'
import { boxTowards } from '../../../console/src/model/flow-moves.js'
import { wayOf, whereNow, withExecution, withSteps } from '../../../console/src/model/flow-run.js'

/** A graph of `from event to`; the first widget is where it begins. */
function graph(...transitions: string[]): Graph {
  const edges = transitions.map((words) => {
    const [from = '', event = '', to = ''] = words.split(' ')
    return { from, event, to, label: event, key: words }
  })
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))]
  return { nodes: names.map((name, i) => ({ name, type: 'say-play', initial: i === 0 })), edges }
}
const rowsOf = (given: Graph) =>
  Object.fromEntries(drawingOf(given).boxes.map(({ node, row }) => [node.name, row / 2]))

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
/** Whether two areas have more in common than an edge. */
function overlap(one: Area, other: Area): boolean {
  const apart = (a: number, length: number, b: number, more: number) =>
    a + length <= b + 1e-6 || b + more <= a + 1e-6
  const { x, y, width, height } = other
  return !apart(one.x, one.width, x, width) && !apart(one.y, one.height, y, height)
}

describe('the drawing of a flow', () => {
  it('has each widget below those that lead to it, by the longest way', () => {
    expect(rowsOf(graph('a x b', 'a y c', 'b x d', 'c x b', 'a z d'))).toEqual({ a: 0, c: 1, b: 2, d: 3 })
  })

  it('draws what leads back upwards, and puts last what nothing reaches', () => {
    const loop = graph('menu ok end', 'end again menu', 'menu timeout menu', 'lost x end')
    expect(rowsOf(loop)).toEqual({ menu: 0, end: 1, lost: 2 })
    const { arrows, boxes } = drawingOf(loop)
    expect(arrows.flatMap(({ edges }) => edges.map(({ event }) => event)).sort()).toEqual([
      ...['again', 'ok', 'timeout', 'x'],
    ])
    const again = arrows.find(({ edges }) => edges[0]!.event === 'again')!
    const [, begins] = /^M\S+ (\S+)C/.exec(again.path) ?? []
    expect(Number(begins)).toBe(boxes.find(({ node }) => node.name === 'end')!.y)
  })

  it('draws transitions between the same widgets as one line', () => {
    const { arrows } = drawingOf(graph('t call menu', 't request menu', 't parent menu'))
    expect(arrows).toHaveLength(1)
    expect(arrows[0]!.edges).toHaveLength(3)
  })

  it('untangles what would cross', () => {
    const { boxes } = drawingOf(graph('a l b', 'a r c', 'b x e', 'c x d', 'b y f', 'c y g'))
    const x = Object.fromEntries(boxes.map((box) => [box.node.name, box.x]))
    expect(Math.max(x['e']!, x['f']!) < Math.min(x['d']!, x['g']!)).toBe(x['b']! < x['c']!)
  })

  it('covers nothing, whatever the graph', () => {
    let seed = 7
    const next = (below: number) => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed % below
    }
    for (let round = 0; round < 40; round++) {
      const size = 2 + next(25)
      const words = Array.from({ length: size * 2 }, (_, i) => `w${next(size)} event${i} w${next(size)}`)
      const given = graph('w0 begin w1', ...words)
      const { boxes, arrows, width, height } = drawingOf(given)
      expect(boxes).toHaveLength(given.nodes.length)
      expect(arrows.flatMap(({ edges }) => edges)).toHaveLength(given.edges.length)
      for (const { x, y } of boxes) {
        expect(x).toBeGreaterThanOrEqual(0)
        expect(y + sizes.height).toBeLessThanOrEqual(height)
        expect(x + sizes.width).toBeLessThanOrEqual(width)
      }
      const areas = [
        ...boxes.map(({ x, y }) => ({ x, y, width: sizes.width, height: sizes.height })),
        ...arrows.map(({ edges, label }) => ({
          x: label.x - labelWidth(edges) / 2,
          y: label.y - sizes.line / 2,
          width: labelWidth(edges),
          height: edges.length * sizes.line,
        })),
      ]
      expect(areas.flatMap((one, i) => areas.slice(i + 1).filter((other) => overlap(one, other)))).toEqual([])
      for (const { path } of arrows) expect(path).not.toMatch(/NaN|undefined/)
    }
  })

  it('draws a flow of a thousand widgets in a moment, and one of nothing at all', () => {
    const words = Array.from({ length: 999 }, (_, i) => `w${i} next w${i + 1}`)
    expect(drawingOf(graph(...words)).boxes).toHaveLength(1000)
    expect(drawingOf({ nodes: [], edges: [] })).toMatchObject({ boxes: [], arrows: [] })
  })
})

describe('keys', () => {
  const { boxes } = drawingOf(graph('a l b', 'a r c', 'b x d'))

  it('reach every widget, one after another', () => {
    const passed = [boxes[0]!.node.name]
    for (let next = boxTowards(boxes, passed[0]!, 'ArrowRight'); next; ) {
      passed.push(next)
      next = boxTowards(boxes, next, 'ArrowRight')
    }
    expect(passed.sort()).toEqual(['a', 'b', 'c', 'd'])
    expect(boxTowards(boxes, 'd', 'Home')).toBe('a')
    expect(boxTowards(boxes, 'a', 'End')).toBe('d')
  })

  it('go up and down by rows, and nowhere at the edge', () => {
    expect(boxTowards(boxes, 'd', 'ArrowUp')).toBe('b')
    expect(boxTowards(boxes, 'b', 'ArrowUp')).toBe('a')
    expect(boxTowards(boxes, 'a', 'ArrowUp')).toBeUndefined()
    expect(boxTowards(boxes, 'a', 'x')).toBeUndefined()
    expect(boxTowards([], 'a', 'ArrowDown')).toBeUndefined()
  })
})

describe('an execution', () => {
  const step = (sequence: number, transitionedFrom: string, edge = '') =>
    ({ sid: `FT${sequence}`, sequence, transitionedFrom, edge }) as FlowStep
  const at = (sid: string, position: string | null) => ({ sid, position }) as Execution

  it('has a way through the graph', () => {
    const { edges, visits } = wayOf([step(1, 'a', 'x'), step(2, 'menu', 'y'), step(3, 'menu', 'y')])
    expect([...edges]).toEqual(['x', 'y'])
    expect([...visits]).toEqual([
      ['a', 1],
      ['menu', 2],
    ])
  })

  it('is told of by news, once each, in whatever order they come', () => {
    const steps = withSteps([step(1, 'a'), step(3, 'c')], [step(3, 'c'), step(2, 'b')])
    expect(steps.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    const known = [at('FN2', 'menu'), at('FN1', 'menu')]
    expect([...whereNow(known)]).toEqual([['menu', 2]])
    const later = withExecution(withExecution(known, at('FN1', null)), at('FN3', 'bye'))
    expect(later.map(({ sid }) => sid)).toEqual(['FN3', 'FN2', 'FN1'])
    expect([...whereNow(later)]).toEqual([
      ['bye', 1],
      ['menu', 1],
    ])
  })
})
