import { z } from 'zod'
import type { RelaySettings, Subscription } from './relay-settings.js'
import {
  appUrl,
  flag,
  interruptMode,
  languageTag,
  numberBetween,
  parameters,
  phrases,
  subscriptionList,
  vendorSettings,
} from './settings-fields.js'

const languageOptions = {
  code: languageTag.describe('Language these settings are for; multi lets the engine detect it.'),
  ttsProvider: z.string().optional(),
  voice: z.string().optional(),
  transcriptionProvider: z.string().optional(),
  speechModel: z.string().optional(),
  hints: phrases.optional(),
  voiceSettings: vendorSettings.optional(),
  transcriptionSettings: vendorSettings.optional(),
}

const options = {
  url: appUrl.describe('WebSocket URL of the app; it is signed exactly as written.'),
  dialect: z.enum(['twilio', 'telnyx']).default('twilio').describe('Whose wire form the app speaks.'),
  welcomeGreeting: z.string().default('').describe('Spoken at the start of the session.'),
  welcomeGreetingInterruptible: interruptMode.prefault('any').describe('What may cut the greeting.'),
  language: languageTag.optional().describe('Language of both directions. Default: en-US, for telnyx en.'),
  ttsLanguage: languageTag.optional().describe('Language of what is spoken. Default: `language`.'),
  transcriptionLanguage: languageTag.optional().describe('Language of what is heard. Default: `language`.'),
  ttsProvider: z.string().default('').describe('Text-to-speech provider. Default: by voice and language.'),
  voice: z.string().default('').describe("The provider's name of the voice. Default: by language."),
  transcriptionProvider: z.string().default('').describe('Speech-to-text provider. Default: by language.'),
  speechModel: z.string().default('').describe("The provider's name of its model."),
  interruptible: interruptMode.prefault('any').describe("What may cut the agent's speech."),
  interruptSensitivity: z
    .enum(['low', 'medium', 'high'])
    .default('high')
    .describe('How little speech suffices to interrupt.'),
  dtmfDetection: flag.prefault(false).describe('Whether keys are reported by `dtmf` frames.'),
  reportInputDuringAgentSpeech: interruptMode
    .optional()
    .describe('What is reported while the agent speaks uninterruptibly. Default: none, for telnyx any.'),
  preemptible: flag.prefault(false).describe('Whether a later message may cut the one being spoken.'),
  hints: phrases.prefault([]).describe('Phrases the caller is likely to say.'),
  partialPrompts: flag.optional().describe('Whether partial transcripts are sent too; for telnyx always.'),
  ignoreBackchannel: flag.prefault(false).describe('Whether a short "yeah" or "uh-huh" does not interrupt.'),
  speechTimeout: z
    .union([z.literal('auto'), numberBetween(600, 5000, 'whole')], 'auto, or a whole number from 600 to 5000')
    .prefault('auto')
    .describe('Silence that ends a turn, in ms.'),
  eotThreshold: numberBetween(0.5, 0.9)
    .prefault(0.8)
    .describe('Confidence that ends a turn, for engines that have one.'),
  profanityFilter: flag
    .optional()
    .describe('Whether profanities are masked. Default: true, for telnyx false.'),
  deepgramSmartFormat: flag
    .prefault(true)
    .describe("Deepgram's smart formatting of numbers, dates and such."),
  elevenlabsTextNormalization: z
    .enum(['on', 'auto', 'off'])
    .default('off')
    .describe("ElevenLabs' spelling out of numbers, dates and such."),
  echoPromptFiltering: flag
    .prefault(false)
    .describe("Whether prompts that repeat the agent's words are dropped."),
  applicationReconnect: flag
    .prefault(false)
    .describe(
      "Whether an app's socket that is lost is dialled again, and what happened meanwhile sent then.",
    ),
  events: subscriptionList.prefault([]).describe('Reports the app receives as `info` frames.'),
  debug: subscriptionList.prefault([]).describe('Same as `events`; both add up.'),
  parameters: parameters.prefault({}).describe('Sent to the app as `customParameters` of `setup`.'),
  voiceSettings: vendorSettings.default({}).describe("The voice's vendor's own options."),
  transcriptionSettings: vendorSettings.default({}).describe("The recogniser's vendor's own options."),
}

/** Every setting's name, and every name inside an entry of `languages`. */
export const settingNames: readonly string[] = [...Object.keys(options), 'languages', 'failover']
export const languageSettingNames: readonly string[] = Object.keys(languageOptions)

const { code: _, hints: __, ...failoverOptions } = languageOptions

/**
 * The schema of a session's settings under their Twilio attribute names. Its output is complete.
 *
 * @param unknownKeys `ignore` for what another platform's documents may carry, `refuse` for our own files
 */
export function relaySettingsSchema(unknownKeys: 'ignore' | 'refuse') {
  const object = unknownKeys === 'refuse' ? z.strictObject : z.object
  const languages = z
    .array(object(languageOptions))
    .refine((list) => new Set(list.map(({ code }) => code.toLowerCase())).size === list.length, {
      error: 'a list with one entry for each language',
    })
    .prefault([])
    .describe('What differs for one language.')
  const failover = z
    .array(object(failoverOptions))
    .default([])
    .describe('Providers to take, in this order, where the ones asked for are not to be had.')
  return object({ ...options, languages, failover }).transform(complete)
}

type RelayOptions = z.output<z.ZodObject<typeof options>> & Pick<RelaySettings, 'languages' | 'failover'>

/** Fills in what depends on other settings. */
function complete({ language, events, debug, ...given }: RelayOptions): RelaySettings {
  const telnyx = given.dialect === 'telnyx'
  const common = language ?? (telnyx ? 'en' : 'en-US')
  return {
    ...given,
    ttsLanguage: given.ttsLanguage ?? common,
    transcriptionLanguage: given.transcriptionLanguage ?? common,
    reportInputDuringAgentSpeech: given.reportInputDuringAgentSpeech ?? (telnyx ? 'any' : 'none'),
    partialPrompts: telnyx || (given.partialPrompts ?? false),
    profanityFilter: given.profanityFilter ?? !telnyx,
    subscriptions: [...new Set<Subscription>([...events, ...debug])],
  }
}
