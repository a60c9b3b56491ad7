import { describe, expect, it } from 'vitest'
import { errorTable } from '../../src/base/error-table.js'
import { endTable } from '../../src/session/index.js'

describe('the end table', () => {
  it.each(Object.entries(endTable))('%s is consistent', (_cause, row) => {
    expect(row.status === 'failed').toBe(row.wrapUp === 'failure')
    expect(row.status === 'failed').toBe(row.error !== undefined)
    if (row.error) expect(errorTable).toHaveProperty(row.error)
    if (row.tellApp) expect(row.close).toBeDefined()
  })

  it('says what Twilio was recorded to say', () => {
    const facts = Object.entries(endTable).map(([cause, { status, close }]) => [cause, status, close])
    expect(facts).toEqual(
      expect.arrayContaining([
        ['app-ended', 'ended', 'normal'],
        ['caller-gone', 'completed', 'normal'],
        ['call-completed', 'completed', 'normal'],
        ['app-socket-lost', 'failed', undefined],
        ['too-many-invalid-frames', 'failed', 'invalid'],
      ]),
    )
  })
})
