import type { TimelineEvent } from '../api/types.js'
import { textIn } from './data.js'

/** What happened when, from the end of the caller's speech to the first sound of the answer. ms since the Unix epoch. */
export interface TurnMoments {
  readonly id: string
  readonly text: string
  /** The caller's last voiced sample. */
  readonly speechEndedAt: number
  /** The final transcript was there, and went to the app at once. */
  readonly promptAt: number
  firstTokenAt: number | undefined
  firstAudioAt: number | undefined
}

/** The turns of a call, session after session. */
export function turnsOf(events: readonly TimelineEvent[]): TurnMoments[] {
  const turns: TurnMoments[] = []
  let sttMs = 0
  for (const event of events) {
    const turn = turns.at(-1)
    if (event.name === 'stt_latency') sttMs = Number(textIn(event, 'stt_latency', 'latency_ms')) || 0
    if (event.name === 'prompt_sent') {
      turns.push({
        id: `${event.sessionId}-${event.sequenceNumber}`,
        text: textIn(event, 'text'),
        speechEndedAt: event.at - sttMs,
        promptAt: event.at,
        firstTokenAt: undefined,
        firstAudioAt: undefined,
      })
      sttMs = 0
    }
    if (event.name === 'first_token_received' && turn) turn.firstTokenAt ??= event.at
    // Speech from before the answer's first token belongs to an earlier turn.
    if (event.name === 'start_of_agent_speech' && turn?.firstTokenAt !== undefined)
      turn.firstAudioAt ??= event.at
  }
  return turns
}

export interface Stage {
  readonly name: 'transcript' | 'app' | 'speech'
  readonly from: number
  readonly ms: number
}

/** A turn's stages in order, each from where the one before ended; those it did not come to are left out. */
export function stagesOf({ speechEndedAt, promptAt, firstTokenAt, firstAudioAt }: TurnMoments): Stage[] {
  const stages: Stage[] = [{ name: 'transcript', from: 0, ms: promptAt - speechEndedAt }]
  if (firstTokenAt === undefined) return stages
  stages.push({ name: 'app', from: promptAt - speechEndedAt, ms: firstTokenAt - promptAt })
  if (firstAudioAt === undefined) return stages
  return [...stages, { name: 'speech', from: firstTokenAt - speechEndedAt, ms: firstAudioAt - firstTokenAt }]
}
