import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { outcomeOf } from '../../src/calls/line/sip-outcomes.js'

/** Rows of the table in docs/compatibility.md: statuses, then `status`, then cause. */
const documented = readFileSync('docs/compatibility.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, statuses = '', status = '', cause = ''] =
      /^\| ([^|]+) \| `([a-z-]+)` \| ([a-z-]+)/.exec(line) ?? []
    const numbers = /^\d{3}/.test(statuses) ? (statuses.match(/\b[3-6]\d\d\b/g) ?? []) : []
    return numbers.map((number) => [Number(number), { status, cause }] as const)
  })

it.each(documented)('%i comes to %j, as documented', (sipStatus, outcome) => {
  expect(outcomeOf(sipStatus)).toEqual(outcome)
})

it('comes to a failure where nothing else is documented', () => {
  const known = new Map(documented)
  expect(known.size).toBeGreaterThan(15)
  for (let status = 300; status < 700; status++) {
    if (!known.has(status)) expect(outcomeOf(status)).toEqual({ status: 'failed', cause: 'failed' })
  }
  expect(outcomeOf(undefined)).toEqual({ status: 'failed', cause: 'failed' })
})
