import { z } from 'zod'
import { everyCommand, httpUrl, text, whole } from './fields.js'
import { mediaName, missingSource, speechFields } from './playback.js'

const keys = z.string().regex(/^[0-9*#A-D]+$/)

/** What keys are waited for, and how long. */
const keyFields = {
  minimum_digits: whole(1, 128).default(1),
  maximum_digits: whole(1, 128).default(128),
  timeout_millis: whole(1, 600_000).default(60_000),
  inter_digit_timeout_millis: whole(1, 120_000).default(5000),
  terminating_digit: z
    .string()
    .regex(/^[0-9*#]?$/)
    .default('#'),
  valid_digits: keys.default('0123456789#*'),
}

/** How often a prompt is repeated. */
const tries = { maximum_tries: whole(1, 128).default(3) }

export const gather = z.object({
  ...everyCommand,
  ...keyFields,
  initial_timeout_millis: whole(1, 120_000).default(5000),
  gather_id: text(1, 40).optional(),
})

export const gatherUsingSpeak = z.object({
  ...everyCommand,
  ...keyFields,
  ...tries,
  ...speechFields,
  invalid_payload: text(1, 5000).optional(),
})

export const gatherUsingAudio = z
  .object({
    ...everyCommand,
    ...keyFields,
    ...tries,
    audio_url: httpUrl.optional(),
    media_name: mediaName.optional(),
    invalid_audio_url: httpUrl.optional(),
    invalid_media_name: mediaName.optional(),
  })
  .superRefine((body, context) => {
    if (body.audio_url ?? body.media_name) return
    missingSource(context, 'audio_url', 'audio_url or media_name')
  })

export const gatherStop = z.object(everyCommand)

const fields = z.object(keyFields)
export type KeyFields = z.output<typeof fields>
