/**
 * Names of timeline events. The first group is named and shaped for Conversation Relay events in Voice Insights;
 * the second is Parley's own.
 */
export type TimelineEventName =
  | 'configurations'
  | 'start_of_customer_speech'
  | 'end_of_customer_speech'
  | 'stt_latency'
  | 'prompt_sent'
  | 'first_token_received'
  | 'final_token_received'
  | 'tts_latency'
  | 'start_of_agent_speech'
  | 'end_of_agent_speech'
  | 'interrupt'
  | 'preempted'
  | 'dtmf'
  | 'digit'
  | 'play_media'
  | 'language_changed'
  | 'error_event'
  | 'call_wrap_up'
  // Parley's own
  | 'frame_sent'
  | 'frame_received'
  | 'chunk_played'
  | 'prompt_withheld'
  | 'round_trip'
  | 'barge_in_paused'
  | 'barge_in_resumed'
  | 'app_away'
  | 'app_back'
  | 'warning'
  | 'watchdog'

/** One entry. `data` holds the payload under the names of Voice Insights where it has them (snake_case). */
export interface TimelineEvent {
  readonly sessionId: string
  readonly sequenceNumber: number
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  readonly name: TimelineEventName
  readonly data: Readonly<Record<string, unknown>>
}

/** Where a session's events go. Must not wait or throw. */
export type TimelineSink = (event: TimelineEvent) => void

/** Numbers and stamps the events of one session. */
export class Timeline {
  private sequence = 0

  constructor(
    private readonly sessionId: string,
    private readonly now: () => number,
    private readonly sink: TimelineSink,
  ) {}

  add(name: TimelineEventName, data: Record<string, unknown> = {}): void {
    this.sink({ sessionId: this.sessionId, sequenceNumber: ++this.sequence, at: this.now(), name, data })
  }
}

/** A media URL as records keep it: the audio inside of a data URL would swell them. */
export function withoutData(source: string): string {
  return source.startsWith('data:') ? 'data:' : source
}
