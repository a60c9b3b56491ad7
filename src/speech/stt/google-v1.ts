import type { SpeechClient } from '@google-cloud/speech'
import type { ListenOptions } from '../engine.js'
import { list, number } from '../wire/json.js'
import { fittingModel, googleTag } from './google-models.js'
import { boosts, flagOf } from './settings.js'
import { fittingTerms } from './terms.js'

/** `streaming_config` of google.cloud.speech.v1. */
export type GoogleConfig = NonNullable<Parameters<SpeechClient['streamingRecognize']>[0]>

interface SpeechContext {
  readonly phrases: string[]
  readonly boost?: number
}

/** Phrases that Google takes, of 100 characters at most. */
export const mostPhrases = { most: 1_000, length: 100 }

/** What a stream is told first. @param model Google's name; '' for one that fits */
export function googleConfig(
  { language, sampleRate, hints, settings }: ListenOptions,
  model: string,
): GoogleConfig {
  const phrases = fittingTerms(hints, mostPhrases)
  return {
    config: {
      encoding: sampleRate === 8000 ? 'MULAW' : 'LINEAR16',
      sampleRateHertz: sampleRate,
      audioChannelCount: 1,
      languageCode: googleTag(language),
      model: model || fittingModel(language),
      enableAutomaticPunctuation: true,
      profanityFilter: flagOf(settings, 'profanity_filter', 'profanityFilter') ?? false,
      ...(flagOf(settings, 'use_enhanced') && { useEnhanced: true }),
      speechContexts: [
        ...(phrases.length > 0 ? [{ phrases }] : []),
        ...boosts(settings).map(([phrase, boost]) => ({ phrases: [phrase], boost })),
        ...speechContexts(settings),
      ],
    },
    interimResults: true,
  }
}

/** `speech_context` of Telnyx: phrases, and how much they are favoured. What has another form is ignored. */
export function speechContexts({ speech_context: contexts }: ListenOptions['settings']): SpeechContext[] {
  return list(contexts).flatMap((context) => {
    const named = list(context, 'phrases').filter((phrase) => typeof phrase === 'string')
    const phrases = fittingTerms(named, mostPhrases)
    const boost = number(context, 'boost')
    return phrases.length > 0 ? [{ phrases, ...(boost !== undefined && { boost }) }] : []
  })
}
