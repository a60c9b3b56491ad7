import { z } from 'zod'
import { secretText, wholeNumber } from './fields.js'

const aUrl = 'an http:// or https:// URL'
const webhookUrl = z
  .string(aUrl)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), aUrl)
  .meta({ pattern: '^https?://' })

const application = z.strictObject({
  id: z.string().min(1).describe('The `connection_id` of calls; in quotes.'),
  application_name: z.string().min(1).optional().describe('Its name. Default: its id.'),
  webhook_event_url: webhookUrl.describe('Where webhooks go.'),
  webhook_event_failover_url: webhookUrl.optional().describe('Where they go when that does not take them.'),
  webhook_timeout_secs: wholeNumber(1, 30).optional().describe('Time to take one, in s. Default: 2.'),
  first_command_timeout: z
    .boolean()
    .optional()
    .describe('Whether a call that comes in and hears no command is hung up. Default: false.'),
  first_command_timeout_secs: wholeNumber(1, 600).optional().describe('When, in s. Default: 30.'),
  tags: z.array(z.string()).optional().describe('Told with calls.'),
  numbers: z
    .array(z.union([z.string().min(1), z.number()], 'a number such as "+15550001111"').transform(String))
    .default([])
    .describe('Numbers it answers; `+1555*` for what begins so, `*` for the rest.'),
})

const httpMethod = z.enum(['GET', 'POST'])

const texmlApplication = z.strictObject({
  id: z.string().min(1).describe('Its id, told as `ConnectionId`; in quotes.'),
  voice_url: webhookUrl.describe('Where the TeXML document of a call is.'),
  voice_method: httpMethod.default('GET').describe('Method that it is fetched by.'),
  voice_fallback_url: webhookUrl.optional().describe('Asked when that cannot be had.'),
  status_callback: webhookUrl.optional().describe('Told what becomes of calls.'),
  status_callback_method: httpMethod.default('POST').describe('Method of that.'),
  numbers: z
    .array(z.union([z.string().min(1), z.number()], 'a number such as "+15550001111"').transform(String))
    .default([])
    .describe('Numbers it answers; `+1555*` for what begins so, `*` for the rest.'),
})

/** `telnyx`: the applications that drive calls by Telnyx's Call Control. */
export const telnyx = z.strictObject({
  apiKey: secretText('Key of the API under /v2. Default: one is made, kept in `data.dir` and shown once.'),
  requestsPerMinute: wholeNumber(0, 10_000_000)
    .default(6000)
    .describe('Requests to the API under /v2 that are answered in a minute; more get 429. 0 for no bound.'),
  applications: z
    .array(application)
    .superRefine(refuseDuplicates)
    .default([])
    .describe('Call Control applications; more can be made by the API.'),
  texml_applications: z
    .array(texmlApplication)
    .superRefine(refuseDuplicates)
    .default([])
    .describe('Applications whose calls follow TeXML.'),
})

function refuseDuplicates(
  applications: readonly { readonly id: string; readonly numbers: readonly string[] }[],
  context: z.RefinementCtx,
): void {
  const ids = new Set<string>()
  const numbers = new Set<string>()
  applications.forEach((entry, i) => {
    if (ids.has(entry.id)) {
      const message = 'an id that no application before it has'
      context.addIssue({ code: 'custom', message, path: [i, 'id'], input: entry.id })
    }
    ids.add(entry.id)
    entry.numbers.forEach((number, j) => {
      if (numbers.has(number)) {
        const message = 'a number that no application has yet'
        context.addIssue({ code: 'custom', message, path: [i, 'numbers', j], input: number })
      }
      numbers.add(number)
    })
  })
}
