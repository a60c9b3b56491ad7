import { createContext, Script } from 'node:vm'

/** What a split may ask of a value. */
export const conditionTypes = [
  'equal_to',
  'not_equal_to',
  'matches_any_of',
  'does_not_match_any_of',
  'contains',
  'does_not_contain',
  'starts_with',
  'does_not_start_with',
  'is_blank',
  'is_not_blank',
  'regex',
  'less_than',
  'greater_than',
  'is_before_date',
  'is_after_date',
  'is_before_time',
  'is_after_time',
] as const

export type ConditionType = (typeof conditionTypes)[number]

/** Longest pattern and longest text that a `regex` condition is tried with, in characters, and how long, in ms. */
const MOST_PATTERN = 500
const MOST_TEXT = 2000
const MOST_MS = 100

/** A pattern may take its time, more than there is in the world; a script can be stopped. */
const trial = new Script('pattern.test(text)')

type Test = (input: string, value: string) => boolean

const equal: Test = (input, value) => fold(input) === fold(value)
const anyOf: Test = (input, value) => value.split(',').some((one) => equal(input, one))
const holds: Test = (input, value) => fold(input).includes(fold(value))
const begins: Test = (input, value) => fold(input).startsWith(fold(value))
const blank: Test = (input) => input.trim() === ''

const tests: Readonly<Record<ConditionType, Test>> = {
  equal_to: equal,
  not_equal_to: (input, value) => !equal(input, value),
  matches_any_of: anyOf,
  does_not_match_any_of: (input, value) => !anyOf(input, value),
  contains: holds,
  does_not_contain: (input, value) => !holds(input, value),
  starts_with: begins,
  does_not_start_with: (input, value) => !begins(input, value),
  is_blank: blank,
  is_not_blank: (input, value) => !blank(input, value),
  regex: matches,
  less_than: (input, value) => compare(numberOf(input), numberOf(value)) < 0,
  greater_than: (input, value) => compare(numberOf(input), numberOf(value)) > 0,
  is_before_date: (input, value) => compare(dateOf(input), dateOf(value)) < 0,
  is_after_date: (input, value) => compare(dateOf(input), dateOf(value)) > 0,
  is_before_time: (input, value) => compare(timeOf(input), timeOf(value)) < 0,
  is_after_time: (input, value) => compare(timeOf(input), timeOf(value)) > 0,
}

/** Whether a value is as a condition asks. What cannot be compared, a number with a word, is not. */
export function holdsTrue(type: ConditionType, input: string, value: string): boolean {
  return tests[type](input, value)
}

/** Letter case and white space around do not count: what people say comes in either. */
function fold(text: string): string {
  return text.trim().toLowerCase()
}

function matches(input: string, pattern: string): boolean {
  if (pattern.length > MOST_PATTERN || input.length > MOST_TEXT) return false
  try {
    const context = createContext({ pattern: new RegExp(`^(?:${pattern})$`, 'iu'), text: input })
    return trial.runInContext(context, { timeout: MOST_MS }) === true
  } catch {
    return false
  }
}

/** NaN where there is nothing to compare, which is neither below nor above. */
function compare(one: number | undefined, other: number | undefined): number {
  return one === undefined || other === undefined ? Number.NaN : one - other
}

function numberOf(text: string): number | undefined {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(text) ? Number(text) : undefined
}

/** Days since the Unix epoch of `YYYY-MM-DD`, whatever time follows it. */
function dateOf(text: string): number | undefined {
  const [, year, month, day] = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s].*)?$/.exec(text) ?? []
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000
}

/** Seconds since midnight of `HH:MM`, with or without seconds. */
function timeOf(text: string): number | undefined {
  const [, hours, minutes, seconds = '0'] = /^\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*$/.exec(text) ?? []
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
