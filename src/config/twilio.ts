import { z } from 'zod'
import { isHostPort, secret, secretText } from './fields.js'

const aUrl = 'an http:// or https:// URL'
const webUrl = z
  .string(aUrl)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), aUrl)
  .meta({ pattern: '^https?://' })

const method = z.enum(['GET', 'POST']).optional()

const sid = (prefix: string) => {
  const expected = `${prefix} and 32 hexadecimal digits`
  return z
    .string(expected)
    .regex(new RegExp(`^${prefix}[0-9a-f]{32}$`), expected)
    .meta({ pattern: `^${prefix}[0-9a-f]{32}$` })
}

/** What is done with a call, on a number and in an application. */
const voice = {
  friendlyName: z.string().min(1).optional().describe('Its name. Default: the number, or the SID.'),
  voiceUrl: webUrl.optional().describe('Where the TwiML of a call is fetched.'),
  voiceMethod: method.describe('How. Default: POST.'),
  voiceFallbackUrl: webUrl.optional().describe('Where it is fetched when that fails.'),
  voiceFallbackMethod: method.describe('How. Default: POST.'),
  statusCallback: webUrl.optional().describe('Who is told when a call is over.'),
  statusCallbackMethod: method.describe('How. Default: POST.'),
}

const aNumber = 'a number such as "+15551230002"'

const number = z.strictObject({
  number: z
    .union([z.string().min(1), z.number()], aNumber)
    .transform(String)
    .describe('The number; `+1555*` for what begins so, `*` for the rest.'),
  ...voice,
  voiceApplicationSid: sid('AP').optional().describe('The application whose URLs count instead.'),
})

const application = z.strictObject({ sid: sid('AP').describe('Its SID, `AP…`.'), ...voice })

const anAddress = 'an address such as 127.0.0.1:9000'

/** `twilio`: the account, numbers and applications of apps that speak TwiML. */
export const twilio = z.strictObject({
  accountSid: sid('AC')
    .optional()
    .describe('SID of the account. Default: one is made, kept in `data.dir` and shown once.'),
  authToken: secretText(
    'Signs requests to apps and opens the API under /2010-04-01. Default: one is made, kept in `data.dir` and ' +
      'shown once.',
  ),
  apiKeys: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .meta({ description: 'API keys that open the API too: SIDs with their secrets.', ...secret }),
  publicUrl: z
    .string('an http:// or https:// URL without a path')
    .refine(
      (text) => /^https?:\/\/[^/?#]+\/?$/i.test(text) && URL.canParse(text),
      'an http:// or https:// URL without a path',
    )
    .transform((text) => text.replace(/\/$/, ''))
    .optional()
    .describe(
      'What the world calls apps that Parley reaches by http on this machine: requests to them are signed for it.',
    ),
  hosts: z
    .record(z.string().min(1), z.string(anAddress).refine(isHostPort, anAddress))
    .default({})
    .describe('Hosts of https:// and wss:// URLs of apps, and where they are reached instead, without TLS.'),
  numbers: z.array(number).superRefine(unique('number')).default([]).describe('Numbers that TwiML answers.'),
  applications: z
    .array(application)
    .superRefine(unique('sid'))
    .default([])
    .describe('TwiML applications; more can be made by the API.'),
})

function unique<Key extends string>(key: Key) {
  return (entries: readonly Readonly<Record<Key, string>>[], context: z.RefinementCtx): void => {
    entries.forEach((entry, i) => {
      if (entries.findIndex((other) => other[key] === entry[key]) === i) return
      const message = `a ${key} that no entry before it has`
      context.addIssue({ code: 'custom', message, path: [i, key], input: entry[key] })
    })
  }
}
