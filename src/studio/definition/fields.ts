/**
 * Kinds of property values. Every one is read as a template, '' where it is absent or null: what Liquid makes of it is
 * known only when the widget runs. Numbers may be written as strings, as old exports have them. Messages are the vendor's.
 */
import { z } from 'zod'

type TypeName = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string'

/** Any text. */
export const text = z
  .unknown()
  .superRefine((value, context) => {
    if (isAbsent(value) || typeof value === 'string') return
    context.addIssue({ code: 'custom', message: wrongType(value, 'string'), input: value })
  })
  .transform(asTemplate)

/** A whole number, also as a string or by Liquid. */
export function whole(min: number, max: number) {
  return z
    .unknown()
    .superRefine((value, context) => {
      const problem = wholeProblem(value, min, max)
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, input: value })
    })
    .transform(asTemplate)
}

/** true or false, and nothing else. */
export const flag = z
  .unknown()
  .superRefine((value, context) => {
    if (isAbsent(value) || typeof value === 'boolean') return
    context.addIssue({ code: 'custom', message: wrongType(value, 'boolean'), input: value })
  })
  .transform(asTemplate)

/** One of some words, in any letter case, or Liquid; '' counts as absent. */
export function choice(words: readonly string[]) {
  return z
    .unknown()
    .superRefine((value, context) => {
      if (isAbsent(value) || value === '') return
      if (typeof value !== 'string') {
        context.addIssue({ code: 'custom', message: wrongType(value, 'string'), input: value })
      } else if (!isLiquid(value) && !words.some((word) => word.toLowerCase() === value.toLowerCase())) {
        context.addIssue({ code: 'custom', message: notIn(words), input: value })
      }
    })
    .transform(asTemplate)
}

/** `"true"` or `"false"`: the vendor wants these as strings. */
export const flagText = choice(['true', 'false'])

/** A list of names with values. */
export const pairs = z
  .unknown()
  .superRefine((value, context) => {
    if (isAbsent(value)) return
    if (!Array.isArray(value)) {
      context.addIssue({ code: 'custom', message: wrongType(value, 'array'), input: value })
      return
    }
    for (const [i, entry] of value.entries()) pairProblems(entry, i, context)
  })
  .transform((value): readonly Pair[] => (Array.isArray(value) ? value.flatMap(asPair) : []))

export interface Pair {
  readonly key: string
  /** A template. */
  readonly value: string
  /** Whether the value is the text of a JSON value. */
  readonly json: boolean
}

/** A property that must be there. */
export function required<Schema extends z.ZodType>(schema: Schema) {
  return z
    .unknown()
    .superRefine((value, context) => {
      if (value === undefined) context.addIssue({ code: 'custom', message: missing, input: value })
      else if (value === null) context.addIssue({ code: 'custom', message: notNull, input: value })
    })
    .pipe(schema)
}

export const missing = 'is missing but it is required'
export const notNull = 'must not be null'

export function notIn(words: readonly string[]): string {
  return `does not have a value in the enumeration [${words.join(', ')}]`
}

/** `boolean found, string expected`. */
export function wrongType(value: unknown, expected: TypeName): string {
  return `${typeOf(value)} found, ${expected} expected`
}

/** Whether a value is known only when the widget runs. */
function isLiquid(value: string): boolean {
  return value.includes('{{') || value.includes('{%')
}

function typeOf(value: unknown): TypeName {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'object' ? 'object' : (typeof value as TypeName)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}

function asTemplate(value: unknown): string {
  return isAbsent(value) ? '' : String(value)
}

function wholeProblem(value: unknown, min: number, max: number): string | undefined {
  if (isAbsent(value) || value === '') return undefined
  if (typeof value === 'string') {
    if (isLiquid(value)) return undefined
    if (!/^\s*-?\d+\s*$/.test(value)) return wrongType(value, 'integer')
  } else if (!Number.isInteger(value)) {
    return wrongType(value, 'integer')
  }
  if (Number(value) < min) return `must have a minimum value of ${min}`
  return Number(value) > max ? `must have a maximum value of ${max}` : undefined
}

function pairProblems(entry: unknown, i: number, context: z.RefinementCtx): void {
  const report = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: 'custom', message, path: [i, ...path], input: entry })
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    report([], wrongType(entry, 'object'))
    return
  }
  const { key, value } = entry as Record<string, unknown>
  if (key === undefined) report(['key'], missing)
  else if (typeof key !== 'string') report(['key'], key === null ? notNull : wrongType(key, 'string'))
  if (typeof value === 'object' && value !== null) report(['value'], wrongType(value, 'string'))
}

function asPair(entry: unknown): Pair[] {
  const { key, value, parse_as_json: json } = (entry ?? {}) as Record<string, unknown>
  if (typeof key !== 'string') return []
  return [{ key, value: asTemplate(value), json: json === true || json === 'true' }]
}
