import { describe, expect, it } from 'vitest'
import type { Execution, FlowStep } from '../../../console/src/api/flow-types.js'
import { boxTowards } from '../../../console/src/model/flow-moves.js'
import { wayOf, whereNow, withExecution, withSteps } from '../../../console/src/model/flow-run.js'
import { drawingOf } from '../../../src/studio/drawing/layout.js'
import { graph } from '../../studio/support/graphs.js'

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
