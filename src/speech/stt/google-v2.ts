import { EventEmitter } from 'node:events'
import type { v2 } from '@google-cloud/speech'
import type { ListenOptions } from '../engine.js'
import { isAnyLanguage } from '../languages.js'
import type { GoogleStream, GoogleStreamEvents } from './google-line.js'
import { googleTag } from './google-models.js'
import { mostPhrases, speechContexts } from './google-v1.js'
import { boosts, flagOf } from './settings.js'
import { fittingTerms } from './terms.js'

/** A message of `StreamingRecognize` of google.cloud.speech.v2. */
type Request = NonNullable<Parameters<v2.SpeechClient['recognize']>[0]>
type Config = NonNullable<Request['config']>

/** What a stream is told first. @param model Google's name of it */
export function googleConfig2({ language, sampleRate, hints, settings }: ListenOptions, model: string) {
  const phrases = [
    ...fittingTerms(hints, mostPhrases).map((value) => ({ value })),
    ...boosts(settings).map(([value, boost]) => ({ value, boost })),
    ...speechContexts(settings).flatMap(({ phrases: values, boost }) => {
      return values.map((value) => ({ value, ...(boost !== undefined && { boost }) }))
    }),
  ]
  const config: Config = {
    explicitDecodingConfig: {
      encoding: sampleRate === 8000 ? 'MULAW' : 'LINEAR16',
      sampleRateHertz: sampleRate,
      audioChannelCount: 1,
    },
    model,
    languageCodes: [isAnyLanguage(language) ? 'auto' : googleTag(language)],
    features: {
      enableAutomaticPunctuation: true,
      profanityFilter: flagOf(settings, 'profanity_filter', 'profanityFilter') ?? false,
    },
    ...(phrases.length > 0 && { adaptation: { phraseSets: [{ inlinePhraseSet: { phrases } }] } }),
  }
  return { config, streamingFeatures: { interimResults: true } }
}

type Duplex = ReturnType<v2.SpeechClient['_streamingRecognize']>

/**
 * A stream of version 2. The package's own helper writes messages of version 1, so that what it is made of is used here:
 * the first message names the recogniser, and comes with the first audio.
 */
export class GoogleStream2 extends EventEmitter<GoogleStreamEvents> implements GoogleStream {
  private begun = false

  /** @param first names the recogniser and has the configuration */
  constructor(
    private readonly stream: Duplex,
    private readonly first: object,
  ) {
    super()
    stream.on('data', (response) => this.emit('data', response))
    stream.on('end', () => this.emit('end'))
    stream.on('error', (error) => this.emit('error', error))
  }

  get writableLength(): number {
    return this.stream.writableLength
  }

  write(audio: Buffer): void {
    if (!this.begun) this.stream.write(this.first)
    this.begun = true
    this.stream.write({ audio })
  }

  end(): void {
    this.stream.end()
  }

  destroy(): void {
    this.stream.destroy()
  }
}
