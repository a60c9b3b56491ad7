import type { Recognition } from '../../calls/index.js'
import type { VerbContext } from '../running/context.js'

export interface TranscriptionRequest {
  readonly name: string
  readonly track: 'inbound_track' | 'outbound_track' | 'both_tracks'
  readonly statusCallbackUrl: string | undefined
  readonly statusCallbackMethod: 'GET' | 'POST'
  /** BCP-47 tag. */
  readonly languageCode: string
  /** Names of the tracks, for the app; '' for none. */
  readonly inboundTrackLabel: string
  readonly outboundTrackLabel: string
  readonly partialResults: boolean
  readonly profanityFilter: boolean
  readonly transcriptionEngine: string
  readonly speechModel: string
  readonly hints: readonly string[]
  readonly enableAutomaticPunctuation: boolean
}

type Track = 'inbound' | 'outbound'

/** What is said on a call, track by track, told to a call-back. It ends with the call. */
export class Transcription {
  private readonly listenings: Recognition[] = []
  private sequence = 0
  private over: (() => void) | undefined
  private unobserve: (() => void) | undefined

  constructor(
    private readonly context: VerbContext,
    private readonly sid: string,
    private readonly request: TranscriptionRequest,
  ) {}

  /** @param over called when it is over */
  start(over: () => void): void {
    this.over = over
    const { call } = this.context
    const { request } = this
    this.tell('transcription-started', {
      Track: request.track,
      LanguageCode: request.languageCode,
      TranscriptionEngine: request.transcriptionEngine,
      SpeechModel: request.speechModel,
      PartialResults: String(request.partialResults),
      ProfanityFilter: String(request.profanityFilter),
      EnableAutomaticPunctuation: String(request.enableAutomaticPunctuation),
      Hints: request.hints.join(','),
      InboundTrackLabel: request.inboundTrackLabel,
      OutboundTrackLabel: request.outboundTrackLabel,
    })
    this.unobserve = call.observe({ ended: () => this.stop() })
    if (request.track !== 'outbound_track') this.listen('inbound')
    if (request.track !== 'inbound_track') this.listen('outbound')
  }

  /** What is being said is told before its end. */
  stop(): void {
    if (this.unobserve === undefined) return
    this.unobserve()
    this.unobserve = undefined
    for (const listening of this.listenings) listening.stop()
    Promise.all(this.listenings.map(({ ended }) => ended)).then(() => {
      this.tell('transcription-stopped')
      this.over?.()
      this.over = undefined
    })
  }

  private listen(track: Track): void {
    const { request } = this
    const listening = this.context.call.listen(
      {
        track,
        provider: request.transcriptionEngine,
        model: request.speechModel,
        language: request.languageCode,
        hints: request.hints,
        silenceMs: 'auto',
        settles: true,
        settings: {
          profanityFilter: request.profanityFilter,
          enableAutomaticPunctuation: request.enableAutomaticPunctuation,
        },
      },
      {
        heard: ({ text, final, confidence }) => {
          if (final || request.partialResults) this.content(track, text, final, confidence)
        },
        failed: (detail) => {
          this.tell('transcription-error', { TranscriptionErrorCode: '64114', TranscriptionError: detail })
          this.stop()
        },
      },
    )
    this.listenings.push(listening)
  }

  private content(track: Track, transcript: string, final: boolean, confidence: number | undefined): void {
    const { languageCode, inboundTrackLabel, outboundTrackLabel } = this.request
    const label = track === 'inbound' ? inboundTrackLabel : outboundTrackLabel
    const data = { transcript, ...(confidence !== undefined && { confidence }) }
    this.tell('transcription-content', {
      LanguageCode: languageCode,
      Track: `${track}_track`,
      ...(label !== '' && { TrackLabel: label }),
      TranscriptionData: JSON.stringify(data),
      Final: String(final),
    })
  }

  private tell(event: string, more: Readonly<Record<string, string>> = {}): void {
    if (!this.over) return
    const { call, services } = this.context
    this.sequence++
    this.context.notify(this.request.statusCallbackUrl, {
      event,
      method: this.request.statusCallbackMethod,
      parameters: {
        AccountSid: services.dialect.accountSid(call),
        CallSid: services.dialect.callSid(call),
        TranscriptionSid: this.sid,
        TranscriptionEvent: event,
        Timestamp: new Date(services.clock.now()).toISOString(),
        SequenceId: String(this.sequence),
        ...more,
      },
    })
  }
}
