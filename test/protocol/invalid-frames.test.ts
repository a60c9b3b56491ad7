import { expect, it } from 'vitest'
import { InvalidFrameCounter } from '../../src/protocol/index.js'

it('bears nine invalid frames in a row; the tenth closes', () => {
  const frames = new InvalidFrameCounter()
  const answers = Array.from({ length: 10 }, () => frames.invalid())
  expect(answers).toEqual([...Array(9).fill(false), true])
})

it('forgets them at a valid frame', () => {
  const frames = new InvalidFrameCounter()
  for (let i = 0; i < 9; i++) frames.invalid()
  frames.valid()
  for (let i = 0; i < 9; i++) expect(frames.invalid()).toBe(false)
  expect(frames.invalid()).toBe(true)
})
