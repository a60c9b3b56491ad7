/** Kinds of attribute values. All are strings in XML; an empty one counts as absent where nothing else is said. */
import { z } from 'zod'

/** Any text; undefined when absent. */
export const optionalText = z.string().optional()

export function text(fallback: string) {
  return z.string().default(fallback)
}

/** `true` or `false` in any letter case: Python writes `True`. */
export function flag(fallback: boolean) {
  const schema = z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false'], 'true or false'))
    .transform((value) => value === 'true')
  return given(schema.default(fallback))
}

/** A whole number between two bounds. */
export function whole(min: number, max: number, fallback: number) {
  return given(number(min, max).default(fallback))
}

/** As `whole`; undefined when absent. */
export function optionalWhole(min: number, max: number) {
  return given(number(min, max).optional())
}

/** `auto`, or a whole number between two bounds; undefined when absent. */
export function autoOrWhole(min: number, max: number) {
  return given(
    z
      .union([z.literal('auto'), number(min, max)], `auto, or a whole number from ${min} to ${max}`)
      .optional(),
  )
}

/** One of some words, in any letter case; given back as written here. */
export function choice<const T extends string>(values: readonly T[], fallback: NoInfer<T>) {
  return given(oneOfWords(values).default(fallback))
}

/** As `choice`; undefined when absent. */
export function optionalChoice<const T extends string>(values: readonly T[]) {
  return given(oneOfWords(values).optional())
}

/** Some words out of a list, separated by spaces or commas. */
export function words<const T extends string>(values: readonly T[], fallback: readonly NoInfer<T>[]) {
  return given(
    z
      .string()
      .transform((value) => value.split(/[\s,]+/).filter((word) => word !== ''))
      .pipe(z.array(oneOfWords(values), `names out of ${values.join(', ')}`))
      .default([...fallback]),
  )
}

/** Phrases with commas between them. */
export const phrases = z
  .string()
  .default('')
  .transform((value) => value.split(',').map((phrase) => phrase.trim()))
  .transform((list) => list.filter((phrase) => phrase !== ''))

/** How a call-back is requested. */
export const method = choice(['GET', 'POST'], 'POST')

/** Keys of a telephone; '' when absent. */
export function keys(fallback: string) {
  return z
    .string()
    .regex(/^[0-9*#]*$/, 'keys out of 0-9, * and #')
    .default(fallback)
}

/** Keys to send, with `w` for a wait of 500 ms and `W` for one of 1,000 ms. */
export const digitsToSend = given(
  z
    .string()
    .regex(/^[0-9A-D*#wW]+$/, 'keys out of 0-9, *, #, A-D and w')
    .optional(),
)

function number(min: number, max: number) {
  const expected =
    max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^\d+$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, expected).max(max, expected))
}

function oneOfWords<const T extends string>(values: readonly T[]) {
  const byLowerCase = new Map(values.map((value) => [value.toLowerCase(), value]))
  return z
    .string()
    .transform((value) => byLowerCase.get(value.toLowerCase()) ?? value)
    .pipe(z.enum(values as readonly [T, ...T[]]))
}

function given<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema)
}
