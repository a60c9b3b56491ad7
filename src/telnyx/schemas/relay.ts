import { z } from 'zod'
import { everyCommand, failing, socketUrl } from './fields.js'
import { voiceSettings } from './voice-settings.js'

/** What may cut speech; the booleans are of older apps: true is any, false none. */
const interruptible = z.union([z.enum(['none', 'any', 'speech', 'dtmf']), z.boolean()])

/** Names are taken in any letter case. */
const engineNames = [
  'Google',
  'Telnyx',
  'Deepgram',
  'Azure',
  'xAI',
  'AssemblyAI',
  'Speechmatics',
  'Soniox',
  'A',
  'B',
] as const
const engine = z
  .string()
  .refine(
    (name) => engineNames.some((known) => known.toLowerCase() === name.toLowerCase()),
    failing('10032', `The value must be one of: ${engineNames.join(', ')}.`),
  )
  .meta({ examples: engineNames })
const engineConfig = z.record(z.string(), z.unknown())
const languageTag = z
  .string()
  .regex(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/, 'The language must be a BCP 47 tag such as en-US.')

const language = z.object({
  language: languageTag,
  tts_provider: z.string().optional(),
  voice: z.string().optional(),
  voice_settings: voiceSettings.optional(),
  transcription_engine: engine.optional(),
  transcription_engine_config: engineConfig.optional(),
  transcription_provider: z.string().optional(),
  speech_model: z.string().optional(),
})

/** What one session is made of, whichever command starts it. */
const sessionFields = {
  greeting: z.string().optional(),
  voice: z.string().optional(),
  voice_settings: voiceSettings.optional(),
  tts_provider: z.string().optional(),
  provider: z.string().optional(),
  structured_provider: z.record(z.string(), z.unknown()).optional(),
  language: languageTag.optional(),
  languages: z.array(language).optional(),
  interruptible: interruptible.optional(),
  interruptible_greeting: interruptible.optional(),
  interruption_settings: z
    .object({
      enable: z.boolean().optional(),
      interruptible: interruptible.optional(),
      interruptible_greeting: interruptible.optional(),
      welcome_greeting_interruptible: interruptible.optional(),
    })
    .optional(),
  transcription_engine: engine.optional(),
  transcription_engine_config: engineConfig.optional(),
  custom_parameters: z.record(z.string(), z.unknown()).optional(),
  dtmf_detection: z.boolean().optional(),
}

/** `provider` and `structured_provider` mean nothing without each other. */
function paired(
  body: { provider?: string | undefined; structured_provider?: object | undefined },
  context: z.RefinementCtx,
) {
  if ((body.provider === undefined) === (body.structured_provider === undefined)) return
  const missing = body.provider === undefined ? 'provider' : 'structured_provider'
  context.addIssue({
    code: 'custom',
    path: [missing],
    ...failing(
      '10004',
      `The '${missing}' parameter is required: provider and structured_provider go together.`,
    ),
  })
}

/** `conversation_relay_config` of dial and answer. */
export const embeddedRelay = z.object({ ...sessionFields, url: socketUrl }).superRefine(paired)

const nested = z.object({
  url: socketUrl.optional(),
  dtmf_detection: z.boolean().optional(),
  interruptible: interruptible.optional(),
  interruptible_greeting: interruptible.optional(),
  languages: z.array(language).optional(),
})

/** Body of conversation_relay_start. */
export const relayStart = z
  .object({
    ...everyCommand,
    ...sessionFields,
    url: socketUrl.optional(),
    conversation_relay_url: socketUrl.optional(),
    conversation_relay_dtmf_detection: z.boolean().optional(),
    conversation_relay_settings: nested.optional(),
    assistant: z.object({ dynamic_variables: z.record(z.string(), z.unknown()).optional() }).optional(),
    transcription: z
      .unknown()
      .refine(
        (value) => value === undefined,
        failing(
          '10027',
          'The transcription object is not supported: use transcription_engine and transcription_engine_config.',
        ),
      )
      .optional()
      .meta({ deprecated: true }),
  })
  .superRefine((body, context) => {
    paired(body, context)
    if (body.url ?? body.conversation_relay_url ?? body.conversation_relay_settings?.url) return
    context.addIssue({
      code: 'custom',
      path: ['url'],
      ...failing('10004', "The 'url' parameter is required and cannot be blank."),
    })
  })

export const relayStop = z.object(everyCommand)

/** One session's fields under the names that both forms share, URL included. */
export type RelayBody = z.output<typeof embeddedRelay> | z.output<typeof relayStart>
export type RelayStart = z.output<typeof relayStart>
export type EmbeddedRelay = z.output<typeof embeddedRelay>
export type RelayLanguage = z.output<typeof language>
export type Interruptible = z.output<typeof interruptible>
