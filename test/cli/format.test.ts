import { describe, expect, it } from 'vitest'
import { callTable } from '../../src/cli/calls.js'
import { duration, table, wrap } from '../../src/cli/format.js'
import { paintFor } from '../../src/cli/paint.js'

describe('format', () => {
  it.each([
    [0.4, '0 ms'],
    [840, '840 ms'],
    [12_340, '12.3 s'],
    [65_000, '1:05 min'],
    [3_600_000, '60:00 min'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  it('wraps between words, and within those that are too long', () => {
    expect(wrap('the quick brown fox', 9)).toEqual(['the quick', 'brown fox'])
    expect(wrap('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k'])
    expect(wrap('', 4)).toEqual([''])
  })

  it('lines columns up', () => {
    expect(table(['A', 'LONG'], [['wide', 'b']])).toBe('A     LONG\nwide  b')
    expect(callTable([])).toContain('CALL')
  })

  it('colours terminals only, and not against the wish of their user', () => {
    const painted = (isTTY: boolean, env: NodeJS.ProcessEnv) => paintFor({ isTTY }, env)('red', 'x') !== 'x'
    expect(painted(true, {})).toBe(true)
    expect(painted(true, { NO_COLOR: '1' })).toBe(false)
    expect(painted(false, {})).toBe(false)
    expect(painted(false, { FORCE_COLOR: '1' })).toBe(true)
  })
})
