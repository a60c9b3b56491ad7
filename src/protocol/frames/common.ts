/** The frames that look alike on both platforms. */
import { z } from 'zod'

const loopExpected = 'a whole number from 0 to 1000'

const interruptModes = ['none', 'dtmf', 'speech', 'any'] as const

/** One message may say it as a boolean too, as apps written for either platform do: true = any, false = none. */
const interruptible = z
  .union([z.boolean(), z.enum(interruptModes)], 'true, false, none, dtmf, speech or any')
  .describe('What may cut this message; true means any, false none. Absent: the setting of the session.')

const mediaUrl = z
  .string()
  .refine(isMediaUrl, { error: 'an http, https or data URL', abort: true })
  .meta({ description: 'http, https or data URL of a WAV or MP3 file.', format: 'uri' })

// ---- relay to app

export const promptFrame = z
  .object({
    type: z.literal('prompt'),
    voicePrompt: z.string().describe('What the caller has said in this utterance so far.'),
    lang: z.string().describe('Language of the words.'),
    last: z.boolean().describe('False marks a partial transcript, true the final one of the utterance.'),
  })
  .meta({
    title: "Caller's words",
    examples: [
      { type: 'prompt', voicePrompt: 'hello there', lang: 'en', last: false },
      { type: 'prompt', voicePrompt: 'Hello there.', lang: 'en-US', last: true },
    ],
  })

export const dtmfFrame = z
  .object({ type: z.literal('dtmf'), digit: z.string().regex(/^[0-9A-D#*]$/) })
  .meta({ title: 'Key pressed by the caller', examples: [{ type: 'dtmf', digit: '1' }] })

export const interruptFrame = z
  .object({
    type: z.literal('interrupt'),
    utteranceUntilInterrupt: z.string().describe('What the caller had heard of the chunk being spoken.'),
    durationUntilInterruptMs: z.int().min(0).describe('How long that chunk had been playing, in ms.'),
  })
  .meta({
    title: 'Agent interrupted',
    examples: [
      {
        type: 'interrupt',
        utteranceUntilInterrupt: 'Welcome to Telnyx, how can I help',
        durationUntilInterruptMs: 1820,
      },
    ],
  })

/** Both platforms have this frame; the words differ. */
export const errorShape = z.object({ type: z.literal('error'), description: z.string() })

// ---- app to relay

export const textFrame = z
  .object({
    type: z.literal('text'),
    token: z.string().describe('Words to speak; may be empty.'),
    last: z.boolean().default(false).describe('True closes the reply.'),
    lang: z.string().optional().describe('Language of this token, or multi.'),
    interruptible: interruptible.optional(),
    preemptible: z.boolean().optional().describe('Whether a later message may cut this one.'),
  })
  .meta({
    title: 'Words to speak',
    examples: [
      { type: 'text', token: 'Hello', last: false },
      { type: 'text', token: '', last: true },
      { type: 'text', token: 'Hello world!', last: false, interruptible: false, preemptible: false },
    ],
  })

export const playFrame = z
  .object({
    type: z.literal('play'),
    source: mediaUrl,
    loop: z.int(loopExpected).min(0, loopExpected).max(1000, loopExpected).default(1),
    interruptible: interruptible.optional(),
    preemptible: z.boolean().default(false).describe('Whether a later message may cut this one.'),
  })
  .meta({
    title: 'Media to play',
    examples: [
      { type: 'play', source: 'https://example.com/audio/welcome.mp3' },
      {
        type: 'play',
        source: 'https://api.twilio.com/cowbell.mp3',
        loop: 1,
        preemptible: false,
        interruptible: true,
      },
    ],
  })

export const languageFrame = z
  .object({
    type: z.literal('language'),
    ttsLanguage: z.string().min(1).optional().describe('Language of what is spoken from now on.'),
    transcriptionLanguage: z.string().min(1).optional().describe('Language of what is heard from now on.'),
  })
  .refine((frame) => frame.ttsLanguage !== undefined || frame.transcriptionLanguage !== undefined, {
    error: 'ttsLanguage or transcriptionLanguage',
  })
  .meta({
    title: 'Change of language',
    anyOf: [{ required: ['ttsLanguage'] }, { required: ['transcriptionLanguage'] }],
    examples: [
      { type: 'language', ttsLanguage: 'es-ES', transcriptionLanguage: 'es-ES' },
      { type: 'language', ttsLanguage: 'sv-SE', transcriptionLanguage: 'en-US' },
    ],
  })

export const endFrame = z
  .object({
    type: z.literal('end'),
    handoffData: z
      .string('a string (JSON must be put into one)')
      .optional()
      .describe('Handed as it is to whatever the call goes to next.'),
  })
  .meta({
    title: 'End of the session',
    examples: [{ type: 'end' }, { type: 'end', handoffData: '{"reasonCode":"live-agent-handoff"}' }],
  })

/** The frame that sends digits, in one platform's alphabet. */
export function sendDigitsFrame<const Example extends string>(
  alphabet: RegExp,
  expected: string,
  example: Example,
) {
  return z
    .object({
      type: z.literal('sendDigits'),
      digits: z.string().regex(alphabet, expected).describe('Keys to send down the line, with pauses.'),
    })
    .meta({ title: 'Digits to send', examples: [{ type: 'sendDigits', digits: example }] })
}

export type PromptFrame = z.output<typeof promptFrame>
export type DtmfFrame = z.output<typeof dtmfFrame>
export type InterruptFrame = z.output<typeof interruptFrame>
export type ErrorFrame = z.output<typeof errorShape>
export type TextFrame = z.input<typeof textFrame>
export type PlayFrame = z.input<typeof playFrame>
export type SendDigitsFrame = z.input<ReturnType<typeof sendDigitsFrame>>
export type LanguageFrame = z.input<typeof languageFrame>
export type EndFrame = z.input<typeof endFrame>

function isMediaUrl(text: string): boolean {
  if (/^data:[^,]*,/i.test(text)) return true
  return /^https?:\/\/./i.test(text) && URL.canParse(text)
}
