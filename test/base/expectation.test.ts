import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { expectation, oneOf } from '../../src/base/expectation.js'

describe('what a schema expects, as a noun phrase', () => {
  it.each([
    [z.string(), 5, 'a string'],
    [z.number(), 'x', 'a number'],
    [z.int(), 1.5, 'a whole number'],
    [z.boolean(), 'x', 'true or false'],
    [z.array(z.string()), 'x', 'a list'],
    [z.object({}), 'x', 'an object'],
    [z.record(z.string(), z.string()), 'x', 'an object'],
    [z.enum(['a', 'b']), 'x', 'a or b'],
    [z.enum(['a', 'b', 'c']), 'x', 'one of a, b, c'],
    [z.string().min(1), '', 'a string that is not empty'],
    [z.array(z.string()).min(1), [], 'a list that is not empty'],
    [z.number().min(3), 2, 'a number of at least 3'],
    [z.number().max(3), 4, 'a number up to 3'],
    [z.array(z.string()).max(1), ['', ''], 'no more than 1 of these'],
    [z.strictObject({}), { x: 1 }, 'only known keys'],
    [z.string('something better'), 5, 'something better'],
  ])('%#', (schema: z.ZodType, input, phrase) => {
    const { error } = schema.safeParse(input, { error: expectation })
    expect(error?.issues.map(({ message }) => message)).toEqual([phrase])
  })

  it('joins alternatives', () => {
    expect([oneOf(['a']), oneOf(['a', 'b']), oneOf(['a', 'b', 'c'])]).toEqual([
      'a',
      'a or b',
      'one of a, b, c',
    ])
  })
})
