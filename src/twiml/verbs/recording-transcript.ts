import type { Recognition } from '../../calls/index.js'
import type { VerbContext } from '../running/context.js'
import { newSid } from '../running/sids.js'
import type { StartedRecording } from './recording.js'

export interface TranscriptRequest {
  readonly transcribeCallback: string | undefined
  readonly transcriptionEngine: string
  /** BCP-47 tag. */
  readonly transcriptionLanguage: string
}

/** The text of a recording, recognised as it is made, and told when it is over. */
export class RecordingTranscript {
  private readonly utterances: string[] = []
  private pending = ''
  private failure = false
  private readonly listening: Recognition

  constructor(
    private readonly context: VerbContext,
    private readonly request: TranscriptRequest,
    private readonly recording: StartedRecording,
  ) {
    this.listening = context.call.listen(
      {
        track: 'inbound',
        provider: request.transcriptionEngine,
        model: '',
        language: request.transcriptionLanguage,
        hints: [],
        silenceMs: 'auto',
        settles: true,
        settings: {},
      },
      {
        heard: ({ text, final }) => {
          if (final) this.utterances.push(text)
          this.pending = final ? '' : text
        },
        failed: () => {
          this.failure = true
        },
      },
    )
  }

  /** The recording is over. @param durationMs of it */
  finish(durationMs: number): void {
    this.listening.stop()
    this.listening.ended.then(() => this.tell(durationMs))
  }

  private tell(durationMs: number): void {
    const { context, recording, utterances } = this
    const { services } = context
    const failed = this.failure && utterances.length === 0
    const sid = newSid('TR', services.random)
    const text = [...utterances, this.pending].join(' ').trim()
    const status = failed ? 'failed' : 'completed'
    services.keepText?.({ sid, recordingSid: recording.sid, text, status, durationMs })
    context.notify(this.request.transcribeCallback, {
      event: 'transcription',
      method: 'POST',
      parameters: context.parameters({
        TranscriptionSid: sid,
        TranscriptionText: text,
        TranscriptionStatus: status,
        TranscriptionUrl: `${recording.url}/Transcriptions/${sid}`,
        RecordingSid: recording.sid,
        RecordingUrl: recording.url,
      }),
    })
  }
}
