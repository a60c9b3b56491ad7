import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NeuralDecision } from '../../../src/speech/vad/neural-decision.js'

const WINDOW = 256

/** What windows of these probabilities lead to, as `[voiced, window it is told at, window it speaks of]`. */
function decide(probabilities: readonly number[]): [boolean, number, number][] {
  const decision = new NeuralDecision(8000)
  const turns: [boolean, number, number][] = []
  probabilities.forEach((probability, i) => {
    if (decision.step(probability, i * WINDOW, (i + 1) * WINDOW)) {
      turns.push([decision.voiced, i, decision.since / WINDOW])
    }
  })
  return turns
}

describe('NeuralDecision', () => {
  it.each([
    ['one sure window', [0, 0, 0.7], [[true, 2, 2]]],
    ['two probable ones', [0, 0.5, 0.5], [[true, 2, 1]]],
    ['a doubtful one before a sure one counts as its beginning', [0, 0.4, 0.9], [[true, 2, 1]]],
    ['one probable window alone is nothing', [0.6, 0.4, 0.6, 0.1, 0.6, 0.2], []],
  ] as const)('starts: %s', (_, probabilities, turns) => {
    expect(decide(probabilities)).toEqual(turns)
  })

  it('ends seven windows (224 ms) after the last that was not silent, and looks back to it', () => {
    expect(decide([0.9, 0.9, 0, 0, 0, 0, 0, 0, 0])).toEqual([
      [true, 0, 0],
      [false, 8, 2],
    ])
  })

  it('a doubtful window does not revive an ending, a probable one does', () => {
    expect(decide([0.9, 0.1, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4])).toEqual([
      [true, 0, 0],
      [false, 7, 1],
    ])
    expect(decide([0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.1])).toEqual([[true, 0, 0]])
  })

  it('alternates, never speaks of the future, and never looks back before what it told last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 400 }),
        (probabilities) => {
          let last = 0
          let expected = true
          for (const [voiced, at, since] of decide(probabilities)) {
            expect(voiced).toBe(expected)
            expect(since).toBeLessThanOrEqual(at + 1)
            expect(since).toBeGreaterThanOrEqual(last)
            last = since
            expected = !expected
          }
        },
      ),
      { seed: 7 },
    )
  })
})
