import type { CallControl, Stoppable } from '../../calls/index.js'
import { refuse } from '../errors/index.js'
import { engineName, readEngineConfig } from '../relay/engines.js'
import type { ResolveKeys } from '../relay/settings.js'
import type { TranscriptionRequest } from '../schemas/transcription.js'
import type { Publish } from './events.js'

/** The transcription of a call outside of sessions. */
export class Transcribing {
  private listenings: Stoppable[] = []

  constructor(
    private readonly call: CallControl,
    private readonly publish: Publish,
    private readonly resolveKeys: ResolveKeys,
  ) {}

  /** @throws ApiError 90054 while one is in progress */
  start(request: TranscriptionRequest): void {
    if (this.listenings.length > 0) refuse('90054')
    const { transcription_engine_config: config, transcription_tracks: tracks } = request
    const options = readEngineConfig(config)
    this.listenings = (['inbound', 'outbound'] as const)
      .filter((track) => tracks === 'both' || tracks === track)
      .map((track) =>
        this.call.listen(
          {
            track,
            provider: engineName(request.transcription_engine),
            model: options.model,
            language: options.language ?? 'en',
            hints: options.hints,
            silenceMs: 'auto',
            settings: this.resolveKeys(config),
          },
          {
            heard: ({ text, final, confidence }) => {
              if (!final && !config.interim_results) return
              this.publish('call.transcription', {
                transcription_data: {
                  transcript: text,
                  is_final: final,
                  ...(confidence !== undefined && { confidence }),
                  transcription_track: track,
                },
              })
            },
          },
        ),
      )
  }

  stop(): void {
    for (const listening of this.listenings) listening.stop()
    this.listenings = []
  }
}
