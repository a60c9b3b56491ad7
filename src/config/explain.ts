import type { z } from 'zod'
import { configJsonSchema, schemaAt } from './keys.js'
import { type ConfigProblem, type Origin, pathText } from './problem.js'
import { suggest } from './suggest.js'

/** Characters of a wrong value that a message shows. */
const SHOWN = 60

/**
 * Turns what the schema found into sentences for the one who wrote the configuration, in the order of the file.
 *
 * @param where tells what set the value at a path: a line of the file or a variable of the environment
 */
export function explain(
  issues: readonly z.core.$ZodIssue[],
  where: (path: readonly PropertyKey[]) => Origin,
): ConfigProblem[] {
  const root = configJsonSchema()
  const problems = issues.flatMap((issue): ConfigProblem[] => {
    if (issue.code !== 'unrecognized_keys') {
      const hidden = issue.path.some((_, i) => schemaAt(root, issue.path.slice(0, i + 1))?.writeOnly)
      return [{ where: where(issue.path), path: pathText(issue.path), problem: sentence(issue, hidden) }]
    }
    const known = Object.keys(schemaAt(root, issue.path)?.properties ?? {})
    return issue.keys.map((key) => {
      const path = [...issue.path, key]
      const near = suggest(key, known)
      const hint = near ? `did you mean ${near}?` : `expected one of ${known.join(', ')}`
      return { where: where(path), path: pathText(path), problem: `is not a known key; ${hint}` }
    })
  })
  return problems.sort((one, other) => (one.where.line ?? 0) - (other.where.line ?? 0))
}

function sentence({ input, message }: z.core.$ZodIssue, hidden: boolean): string {
  if (input === undefined) return `is missing; expected ${message}`
  // YAML takes 1234 for a number and yes-like words for what they say: the cure is always the same.
  const quotes = typeof input !== 'string' && message.startsWith('a string') ? ', in quotes' : ''
  return `is ${hidden ? 'not right' : shown(input)}; expected ${message}${quotes}`
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
