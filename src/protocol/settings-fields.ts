/**
 * How the values of ConversationRelay's settings are written. A TwiML attribute is always a string, YAML and JSON have
 * booleans, numbers and lists: both are taken.
 */
import { z } from 'zod'
import type { InterruptMode } from './commands.js'
import type { Subscription } from './relay-settings.js'

/** `true`, `false`, or either as a string. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])], 'true or false')
  .transform((value) => value === true || value === 'true')

/** What may interrupt; true means any, false none. */
export const interruptMode = z
  .union(
    [z.enum(['none', 'dtmf', 'speech', 'any']), z.boolean(), z.enum(['true', 'false'])],
    'none, dtmf, speech or any',
  )
  .transform((value): InterruptMode => {
    if (value === true || value === 'true') return 'any'
    if (value === false || value === 'false') return 'none'
    return value
  })

/** A BCP 47 tag, or `multi`, which has a tag's form. */
export const languageTag = z
  .string('a language tag such as en-US')
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'a language tag such as en-US')

/** A number, or its digits as a string, between two bounds. */
export function numberBetween(min: number, max: number, kind: 'whole' | 'any' = 'any') {
  const expected = `a ${kind === 'whole' ? 'whole ' : ''}number from ${min} to ${max}`
  const number = (kind === 'whole' ? z.int(expected) : z.number(expected))
    .min(min, expected)
    .max(max, expected)
  const digits = z.string().regex(/^\d+(\.\d+)?$/)
  return z.union([number, digits.transform(Number).pipe(number)], expected)
}

/** Phrases: a list, or one string with commas between them. */
export const phrases = z
  .union([z.array(z.string('a phrase')), z.string()], 'a list of phrases, or one string with commas')
  .transform((value) => trimmed(typeof value === 'string' ? value.split(',') : value))

const subscriptions = ['speaker-events', 'tokens-played', 'debugging'] as const
/** `config-updated` is known and reports nothing, since nothing can be reconfigured. */
const subscription = z.enum([...subscriptions, 'config-updated'])
const words = z.string().transform((value) => trimmed(value.split(/[\s,]+/)))

/** Names of reports: a list, or one string with spaces between them. */
export const subscriptionList = z
  .union([z.array(subscription), words.pipe(z.array(subscription))], {
    error: `names out of ${subscriptions.join(', ')}`,
  })
  .transform((names) => names.filter((name): name is Subscription => name !== 'config-updated'))

/** Custom parameters: the app receives every value as a string. */
export const parameters = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()], 'a string, a number or a boolean').transform(String),
)

/** What only a vendor knows: carried to its engine as it is. */
export const vendorSettings = z.record(z.string(), z.unknown())

/** Where the app listens. */
export const appUrl = z
  .string('a ws:// or wss:// URL')
  .refine(isAppUrl, 'a ws:// or wss:// URL')
  .meta({ pattern: '^wss?://', examples: ['ws://127.0.0.1:9000/ws'] })

/** A WebSocket URL has no fragment (RFC 6455 section 3). */
function isAppUrl(text: string): boolean {
  return /^wss?:\/\/[^#]+$/i.test(text) && URL.canParse(text)
}

function trimmed(texts: readonly string[]): string[] {
  return texts.map((text) => text.trim()).filter((text) => text !== '')
}
