import { describe, expect, it } from 'vitest'
import type { FlowGraph } from '../../src/studio/drawing/flow-graph.js'
import { labelWidth, sizes } from '../../src/studio/drawing/layers.js'
import { drawingOf } from '../../src/studio/drawing/layout.js'
import { drawSvg, takenBy } from '../../src/studio/index.js'
import { graph } from './support/graphs.js'

const rowsOf = (given: FlowGraph) =>
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

describe('an SVG', () => {
  const step = (name: string, transitionedFrom: string, transitionedTo: string) => ({
    ...{ name, transitionedFrom, transitionedTo },
  })
  const menu = graph('t call menu', 'menu again menu', 'menu ok <end>')
  for (const edge of menu.edges)
    Object.assign(edge, { key: JSON.stringify([edge.from, edge.event, edge.to]) })

  it('shows what an execution took, and how often', () => {
    const taken = takenBy([
      step('call', 't', 'menu'),
      step('again', 'menu', 'menu'),
      step('hangup', 'menu', 'Ended'),
    ])
    const svg = drawSvg(menu, taken)
    expect(svg.match(/class="run edge"/g)).toHaveLength(2)
    expect(svg.match(/<g class="[^"]*run"/g)).toHaveLength(2)
    expect(svg).toContain('say-play ×2')
    expect(svg).toContain('>&lt;end&gt;</text>')
    expect(drawSvg(menu)).not.toContain('class="run edge"')
  })

  it('cuts what is long, and has the whole of it in a title', () => {
    const name = 'a_widget_with_a_very_long_name'
    const svg = drawSvg(graph(`t an_event_that_goes_on_and_on ${name}`))
    expect(svg).toContain(`<title>${name}</title>`)
    expect(svg).toContain('>an_event_that_goes_on_and…<title>an_event_that_goes_on_and_on</title>')
  })

  it('is written of nothing at all', () => {
    expect(drawSvg({ nodes: [], edges: [] })).toMatch(/^<svg[\s\S]*<\/svg>\n$/)
  })
})
