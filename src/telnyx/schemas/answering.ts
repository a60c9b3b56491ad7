import { z } from 'zod'
import { whole } from './fields.js'

const longest = 120_000
const ms = (fallback: number, text: string) => whole(0, longest).default(fallback).describe(`${text} In ms.`)

const config = z.object({
  total_analysis_time_millis: ms(3500, 'Time after which it is left undecided.'),
  initial_silence_millis: ms(3500, 'Silence before the first word that is more than a person’s.'),
  greeting_duration_millis: ms(3500, 'A longer greeting is a machine’s.'),
  after_greeting_silence_millis: ms(800, 'Silence after a greeting that shows a person.'),
  between_words_silence_millis: ms(50, 'Silence that parts words.'),
  maximum_number_of_words: whole(0, 1000).default(5).describe('More words are a machine’s.'),
  maximum_word_length_millis: ms(3500, 'A longer word is a machine’s.'),
  silence_threshold: whole(0, 32_767)
    .default(256)
    .describe('Mean magnitude of 16-bit samples; what is softer is silence.'),
  greeting_silence_duration_millis: ms(1500, 'Silence that ends a machine’s greeting.'),
  greeting_total_analysis_time_millis: ms(5000, 'Time that a greeting’s end is waited for.'),
})

/** Who answered: of dial and transfer. */
export const detectFields = {
  answering_machine_detection: z
    .enum(['premium', 'detect', 'detect_beep', 'detect_words', 'greeting_end', 'disabled'])
    .default('disabled')
    .describe('Tells people from machines by what is heard after the answer.'),
  answering_machine_detection_config: config.prefault({}),
}

const fields = z.object(detectFields)
export type DetectFields = z.output<typeof fields>
export type DetectConfig = z.output<typeof config>
/** What `premium` leaves as it is, whatever the config says: all but the two times that Telnyx documents for it. */
export const detectDefaults: DetectConfig = config.parse({})
export type DetectMode = Exclude<DetectFields['answering_machine_detection'], 'disabled'>
