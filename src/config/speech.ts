import { z } from 'zod'
import { oneOf } from '../base/expectation.js'
import { defaultFailoverTimes, type VendorSettings, vendorAccounts } from '../speech/index.js'
import type { Environment } from './environment.js'
import { secret, wholeNumber } from './fields.js'

const names = z.union(
  [
    z
      .string()
      .min(1)
      .transform((text) => text.split(',').map((name) => name.trim())),
    z.array(z.string().min(1)).min(1),
  ],
  'an engine or a list of engines',
)

/** One engine, several in their order, or either by language. */
const preference = z
  .union([names, z.record(z.string().min(1), names)], 'an engine, a list of engines, or either by language')
  .prefault('auto')

const text = z.string().min(1).optional()

const vendor = z.strictObject({
  apiKey: text.describe("API key; AWS: the access key's id."),
  apiSecret: text.describe('AWS: the secret access key.'),
  sessionToken: text.describe('AWS: the token of temporary credentials.'),
  keyFile: text.describe("Google: file of a service account's key."),
  project: text.describe('Google: the project that is billed.'),
  url: z
    .string('a URL such as https://example.com or ws://127.0.0.1:8900')
    .refine(isServiceUrl, 'a URL such as https://example.com or ws://127.0.0.1:8900')
    .optional()
    .describe(
      "Where the vendor is reached instead of its own address; an own or a vendor's regional server.",
    ),
  region: text.describe('Region of AWS or Azure, such as eu-central-1 or westeurope.'),
  model: text.describe('Model of those who name none.'),
  voice: text.describe('Voice of those who name none.'),
})

export const speechSchema = z.strictObject({
  stt: preference.describe(
    'Speech-to-text engines in the order they are tried in, or such lists by language; `auto` is all that are there.',
  ),
  tts: preference.describe('The same for text to speech.'),
  failover: z
    .strictObject({
      connectMs: wholeNumber(100, 60_000)
        .default(defaultFailoverTimes.connectMs)
        .describe("Time that a vendor's connection has to open, in ms."),
      firstByteMs: wholeNumber(100, 60_000)
        .default(defaultFailoverTimes.firstByteMs)
        .describe('Time until the first audio of a chunk, in ms, after which the next engine speaks it.'),
      stallMs: wholeNumber(100, 60_000)
        .default(defaultFailoverTimes.stallMs)
        .describe('Silence of an engine in mid-chunk, in ms, after which the next engine goes on.'),
    })
    .prefault({}),
  cache: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe("Whether cloud vendors' speech that is said again is kept, in `data.dir`."),
      megabytes: wholeNumber(1, 1_000_000)
        .default(256)
        .describe('What is kept of it, in MB; what was not used for longest goes.'),
    })
    .prefault({}),
  vendors: z
    .record(z.string(), vendor)
    .superRefine(refuseUnknown)
    .default({})
    .meta({
      description: 'Keys and addresses of cloud vendors, by their names; see docs/speech.md.',
      ...secret,
    }),
})

/** Settings of vendors, with what the vendors' usual environment variables say where the configuration says nothing. */
export function withVendorVariables(
  vendors: Readonly<Record<string, VendorSettings>>,
  env: Environment,
): Record<string, VendorSettings> {
  const complete: Record<string, VendorSettings> = { ...vendors }
  for (const [account, variables] of vendorAccounts) {
    const found = Object.entries(variables).flatMap(([setting, from]) => {
      const value = from.map((name) => env[name]).find(Boolean)
      return value ? [[setting, value] as const] : []
    })
    if (found.length > 0) complete[account] = { ...Object.fromEntries(found), ...vendors[account] }
  }
  return complete
}

function refuseUnknown(vendors: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  for (const name of Object.keys(vendors)) {
    if (vendorAccounts.has(name)) continue
    const message = `a vendor's name, ${oneOf([...vendorAccounts.keys()])}`
    context.addIssue({ code: 'custom', message, path: [name], input: name })
  }
}

function isServiceUrl(value: string): boolean {
  return /^(https?|wss?):\/\//i.test(value) && URL.canParse(value)
}
