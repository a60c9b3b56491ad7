import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue

/**
 * Zod's error map for everything Parley checks: a message says what would have been right, as a noun phrase
 * (`a whole number from 1 to 65535`), so that each room can build its own sentence around it. A schema's own
 * message, written in the same form, goes first.
 *
 * Use as `schema.safeParse(input, { error: expectation, reportInput: true })`.
 */
export function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeName(issue.expected)
    case 'invalid_value':
      return oneOf(issue.values.map(String))
    case 'too_small':
      return atLeast(issue.origin, Number(issue.minimum))
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `a number up to ${issue.maximum}`
        : `no more than ${issue.maximum} of these`
    case 'invalid_key':
      return 'names that are not empty'
    case 'unrecognized_keys':
      return 'only known keys'
    default:
      return 'another value'
  }
}

/** `a`, `a or b`, `one of a, b, c`. */
export function oneOf(values: readonly string[]): string {
  return values.length > 2 ? `one of ${values.join(', ')}` : values.join(' or ')
}

function typeName(type: string): string {
  switch (type) {
    case 'boolean':
      return 'true or false'
    case 'int':
      return 'a whole number'
    case 'array':
      return 'a list'
    case 'object':
    case 'record':
      return 'an object'
    default:
      return `a ${type}`
  }
}

function atLeast(origin: string, minimum: number): string {
  if (origin === 'string')
    return minimum === 1 ? 'a string that is not empty' : `a string of ${minimum} characters`
  if (origin === 'array') return minimum === 1 ? 'a list that is not empty' : `a list of at least ${minimum}`
  return `a number of at least ${minimum}`
}
