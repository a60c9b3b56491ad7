/** How the values of commands are written. What is wrong with one is told by `errors/from-schema.ts`. */
import { z } from 'zod'
import type { ApiErrorCode, CheckParams } from '../errors/index.js'
import { isEventType } from '../webhooks/event-types.js'

/** Options of a check whose failure has a code of its own. */
export function failing(
  telnyx: ApiErrorCode,
  detail?: string,
): { params: CheckParams & Record<string, unknown> } {
  return { params: { telnyx, ...(detail !== undefined && { detail }) } }
}

/** A whole number. */
export function whole(min: number, max: number) {
  const range = `${min} to ${max}`
  return z.int().min(min, range).max(max, range)
}

/** A number. */
export function decimal(min: number, max: number) {
  const range = `${min} to ${max}`
  return z.number().min(min, range).max(max, range)
}

/** Text of a length; empty text counts as missing where `min` is 1. */
export function text(min: number, max: number) {
  const length = `The field must be between ${min} and ${max} characters long.`
  return z.string().min(min, length).max(max, length)
}

/** One of the names in `list`, which have spaces between them. */
export function named(list: string) {
  return z.enum(list.split(' '))
}

/** Base64 (RFC 4648 §4), with or without padding. */
export const clientState = z
  .string()
  .refine((value) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,3}={0,2})?$/.test(value), failing('90017'))
  .describe('Base64; told in the webhooks that follow.')

/** What every command takes. */
export const everyCommand = {
  client_state: clientState.optional(),
  command_id: z.string().min(1).optional().describe('A command that is sent again with it acts once.'),
}

export const httpUrl = z
  .string()
  .max(2000, 'URLs can be a maximum of 2000 characters.')
  .refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), failing('10003'))

export const socketUrl = z
  .string()
  .max(2000, 'URLs can be a maximum of 2000 characters.')
  // RFC 6455 §3: no fragment.
  .refine(
    (value) => /^wss?:\/\/[^#]+$/i.test(value) && URL.canParse(value),
    failing('10003', 'The URL must start with ws:// or wss://.'),
  )
  .meta({ pattern: '^wss?://', examples: ['wss://example.com/conversation-relay'] })

/** Header lines that are the protocol's own, and must not be written by an app. */
const reserved = new Set(
  (
    'via from to call-id cseq contact max-forwards route record-route content-type content-length content-encoding ' +
    'authorization proxy-authorization www-authenticate proxy-authenticate require proxy-require supported allow ' +
    'session-expires min-se rseq rack event subscription-state refer-to replaces v f t i m l c e k x o r'
  ).split(' '),
)
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9\-.!%*_+`'~]+$/, 'The name of a header must be a token.')
  .refine(
    (name) => !reserved.has(name.toLowerCase()),
    failing('10027', 'This header belongs to the protocol and cannot be set.'),
  )
// biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the header line
const headerValue = z.string().regex(/^[^\x00-\x1f\x7f]*$/, 'The value of a header must be one line.')

export const customHeaders = z.array(z.object({ name: headerName, value: headerValue })).optional()
export const sipHeaders = z.array(z.object({ name: z.enum(['User-to-User']), value: headerValue })).optional()

/** Times that something is played; 0 in our own terms is endless. */
export const loop = z
  .union([z.literal('infinity'), whole(1, 100), z.string().regex(/^([1-9]\d?|100)$/)])
  .default(1)
  .describe('1 to 100, or infinity.')

/** How often that is; 0 for endlessly. */
export function timesOf(value: z.output<typeof loop>): number {
  return value === 'infinity' ? 0 : Number(value)
}

const eventNames = (urls: object): boolean => Object.keys(urls).every(isEventType)
const method = z.enum(['POST', 'GET'])
const retries = z
  .object({
    retries_ms: z
      .array(whole(0, 60_000))
      .max(5, 'A policy has at most 5 retries.')
      .refine(
        (delays) => delays.reduce((sum, delay) => sum + delay, 0) <= 60_000,
        failing('10033', 'The delays of a policy add up to at most 60000.'),
      ),
  })
  .describe('Delays before further attempts, in ms.')

/** Where the webhooks of a call go from now on. */
export const webhookOverrides = {
  webhook_url: httpUrl.optional(),
  webhook_url_method: method.optional(),
  webhook_urls: z.record(z.string(), httpUrl).refine(eventNames, failing('90057')).optional(),
  webhook_urls_method: method.optional(),
  webhook_retries_policies: z.record(z.string(), retries).refine(eventNames, failing('90057')).optional(),
}

/** A parameter of a service that is not here: refused, since leaving it out would be another command. */
export function notHere(what: string) {
  return z
    .unknown()
    .refine(
      (value) => value === undefined || value === false || value === 'disabled',
      failing('10027', `${what} are not available here.`),
    )
    .optional()
    .describe('Not available here.')
}
