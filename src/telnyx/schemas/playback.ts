import { z } from 'zod'
import { everyCommand, failing, httpUrl, loop, named, text } from './fields.js'
import { voiceSettings } from './voice-settings.js'

const stop = z.enum(['current', 'all'])
const targetLegs = z.enum(['self', 'opposite', 'both']).default('self')
const overlay = z.boolean().default(false).describe('Whether it is heard over what plays already.')

/** What is said, and in whose voice. */
export const speechFields = {
  payload: text(1, 5000),
  voice: z.string().min(1),
  payload_type: z.enum(['text', 'ssml']).default('text'),
  service_level: z.enum(['basic', 'premium']).default('premium'),
  language: named(
    'arb cmn-CN cy-GB da-DK de-DE en-AU en-GB en-GB-WLS en-IN en-US es-ES es-MX es-US fr-CA ' +
      'fr-FR hi-IN is-IS it-IT ja-JP ko-KR nb-NO nl-NL pl-PL pt-BR pt-PT ro-RO ru-RU sv-SE tr-TR',
  ).optional(),
  voice_settings: voiceSettings.optional(),
}

export const speak = z.object({
  ...everyCommand,
  ...speechFields,
  loop,
  stop: stop.optional(),
  target_legs: targetLegs,
})

const fields = z.object(speechFields)
export type SpeechFields = z.output<typeof fields>

/** Base64 of an MP3 or WAV file. */
const content = z
  .string()
  .min(1)
  .regex(/^[A-Za-z0-9+/\s]+={0,2}\s*$/, 'The content must be base64.')
/** A file of the folder for media: no path. */
export const mediaName = z.string().regex(/^[^/\\\0]{1,200}$/, 'The name of the media must be a file name.')

/** The one of several parameters that must be there is missing. */
export function missingSource(context: z.RefinementCtx, pointer: string, names: string): void {
  context.addIssue({
    code: 'custom',
    path: [pointer],
    ...failing('10004', `One of the parameters ${names} is required.`),
  })
}

export const playbackStart = z
  .object({
    ...everyCommand,
    audio_url: httpUrl.optional(),
    media_name: mediaName.optional(),
    playback_content: content.optional(),
    audio_type: z.enum(['mp3', 'wav']).default('mp3'),
    loop,
    overlay,
    stop: stop.optional(),
    target_legs: targetLegs,
    cache_audio: z.boolean().default(true),
  })
  .superRefine((body, context) => {
    if (body.audio_url ?? body.media_name ?? body.playback_content) return
    missingSource(context, 'audio_url', 'audio_url, media_name or playback_content')
  })

export const playbackStop = z.object({
  ...everyCommand,
  overlay: z.boolean().default(false),
  stop: z.enum(['all', 'current', 'overlay']).default('all'),
})
