import type { TimelineEvent } from './timeline.js'

/** One turn: the caller's words and when they were answered. Times are ms since the Unix epoch. */
export interface Turn {
  /** What the caller said. */
  readonly text: string
  /** When the caller's speech ended, by the recogniser's own account. */
  readonly speechEndedAt: number
  readonly promptAt: number
  /** Undefined while, or because, the app has not answered. */
  firstTokenAt?: number
  /** First audio of the answer. */
  firstAudioAt?: number
}

/** Follows the turns of one session through its events, in order. */
export class TurnTracker {
  /** The last turn that began. */
  turn: Turn | undefined
  private sttMs = 0

  /** @returns which moment of `turn` this event was */
  add(event: TimelineEvent): 'prompt' | 'firstToken' | 'firstAudio' | undefined {
    const { turn } = this
    switch (event.name) {
      case 'stt_latency': {
        const latency = event.data['stt_latency'] as { latency_ms?: unknown } | undefined
        this.sttMs = Number(latency?.latency_ms) || 0
        return undefined
      }
      case 'prompt_sent':
        this.turn = {
          text: String(event.data['text'] ?? ''),
          speechEndedAt: event.at - this.sttMs,
          promptAt: event.at,
        }
        this.sttMs = 0
        return 'prompt'
      case 'first_token_received':
        if (!turn || turn.firstTokenAt !== undefined) return undefined
        turn.firstTokenAt = event.at
        return 'firstToken'
      case 'start_of_agent_speech':
        // Speech from before the answer's first token belongs to an earlier turn.
        if (turn?.firstTokenAt === undefined || turn.firstAudioAt !== undefined) return undefined
        turn.firstAudioAt = event.at
        return 'firstAudio'
      default:
        return undefined
    }
  }
}
