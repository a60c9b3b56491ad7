import { z } from 'zod'
import { everyCommand, failing } from './fields.js'
import { engineLanguages } from './transcription-languages.js'

const engines = [
  ...[
    'Google',
    'Telnyx',
    'Deepgram',
    'Azure',
    'xAI',
    'AssemblyAI',
    'Speechmatics',
    'Soniox',
    'Parakeet',
    'A',
    'B',
  ],
] as const

const config = z
  .object({
    transcription_engine: z.string().optional(),
    transcription_model: z.string().optional(),
    model: z.string().optional(),
    language: z.string().optional(),
    interim_results: z.boolean().default(false),
    hints: z.array(z.string()).optional(),
    keyterms: z.array(z.string()).optional(),
    keywords_boosting: z.record(z.string(), z.number()).optional(),
    speech_context: z.array(z.object({ phrases: z.array(z.string()).default([]) })).optional(),
  })
  .loose()

const transcriptionFields = {
  transcription_engine: z
    .string()
    .refine(
      (name) => engines.some((known) => known.toLowerCase() === name.toLowerCase()),
      failing('10032', `The value must be one of: ${engines.join(', ')}.`),
    )
    .default('Google')
    .meta({ examples: engines }),
  transcription_engine_config: config.prefault({}),
  transcription_tracks: z.enum(['inbound', 'outbound', 'both']).default('inbound'),
}

/** What an engine is asked for must be a language it has. */
function knownLanguage(
  body: { transcription_engine: string; transcription_engine_config: z.output<typeof config> },
  context: z.RefinementCtx,
): void {
  const { language, transcription_model: model } = body.transcription_engine_config
  if (language === undefined) return
  const known = engineLanguages(body.transcription_engine, model)
  if (!known || known.has(language.toLowerCase())) return
  context.addIssue({
    code: 'custom',
    path: ['transcription_engine_config', 'language'],
    input: language,
    ...failing('90013'),
  })
}

export const transcriptionStart = z
  .object({ ...everyCommand, ...transcriptionFields })
  .superRefine(knownLanguage)
export const transcriptionStop = z.object(everyCommand)

/** Fields by which dial and answer transcribe from the answer on. */
export const transcribeFields = {
  transcription: z.boolean().default(false),
  transcription_config: z.object(transcriptionFields).superRefine(knownLanguage).prefault({}),
}

const fields = z.object(transcriptionFields)
/** A transcription as transcription_start asks for it. */
export type TranscriptionRequest = z.output<typeof fields>
