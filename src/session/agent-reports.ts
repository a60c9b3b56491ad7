import type { ParleyError } from '../base/errors.js'
import type { RelayEvent, Subscription } from '../protocol/index.js'
import type { SpeakerListener } from './speaking/index.js'
import { type Timeline, withoutData } from './timeline.js'

export interface AgentReportsOptions {
  readonly timeline: Timeline
  readonly send: (event: RelayEvent) => void
  readonly subscribed: (what: Subscription) => boolean
  /** The agent's speech began or ended, at playout. */
  readonly speakingChanged: (on: boolean) => void
}

/** Turns what the speaker does into frames for the app and timeline events. */
export class AgentReports implements SpeakerListener {
  private holding = false
  private heldOff = false

  constructor(private readonly options: AgentReportsOptions) {}

  /**
   * Runs a cut of the agent's speech. `agentSpeaking off` comes after the frames that `cut` sends: the order of
   * `interrupt` recorded on real calls.
   */
  holdOff(cut: () => void): void {
    this.holding = true
    cut()
    this.holding = false
    if (this.heldOff) this.speakingOff()
    this.heldOff = false
  }

  speaking(on: boolean): void {
    if (on) {
      this.options.timeline.add('start_of_agent_speech')
      this.info('agentSpeaking', 'on', 'speaker-events')
      this.options.speakingChanged(true)
    } else if (this.holding) this.heldOff = true
    else this.speakingOff()
  }

  chunkPlayed(text: string): void {
    this.options.timeline.add('chunk_played', { text })
    this.info('tokensPlayed', text, 'tokens-played')
  }

  firstToken(): void {
    this.options.timeline.add('first_token_received')
  }

  finalToken({ tokens, words }: { tokens: number; words: number }): void {
    const last_token_received = { total_tokens: tokens, total_words: words }
    this.options.timeline.add('final_token_received', { last_token_received })
  }

  ttsLatency(ms: number): void {
    this.options.timeline.add('tts_latency', { tts_latency: { latency_ms: Math.round(ms) } })
  }

  preempted(): void {
    this.options.timeline.add('preempted')
  }

  digitsSent(digits: string): void {
    this.options.timeline.add('digit', { digits })
  }

  mediaStarted(source: string): void {
    this.options.timeline.add('play_media', { source: withoutData(source) })
  }

  failed(error: ParleyError, context: string): void {
    const message = context ? `${error.message} (${excerpt(context)})` : error.message
    this.options.timeline.add('error_event', {
      error: { error_code: error.twilio ?? 0, message, code: error.code },
    })
    // Only what the app itself named can be put right by the app: engines' troubles stay in the record.
    if (error.code === 'media_fetch_failed' || error.code === 'media_setup_invalid') {
      this.options.send({ type: 'error', problem: message, twilio: error.twilio })
    }
  }

  private speakingOff(): void {
    this.options.timeline.add('end_of_agent_speech')
    this.info('agentSpeaking', 'off', 'speaker-events')
    this.options.speakingChanged(false)
  }

  private info(name: 'agentSpeaking' | 'tokensPlayed', value: string, subscription: Subscription): void {
    if (!this.options.subscribed(subscription)) return
    this.options.send({ type: 'info', name, value } as RelayEvent)
  }
}

/** Characters of a text or an address that a message quotes. */
const QUOTED = 200

function excerpt(text: string): string {
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text
}
