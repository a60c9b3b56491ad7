import { type Turn, TurnTracker } from '../../../src/session/turn-tracker.js'
import type { TimelineEvent } from '../api/types.js'

/** What happened when, from the end of the caller's speech to the first sound of the answer. ms since the Unix epoch. */
export interface TurnMoments extends Readonly<Turn> {
  readonly id: string
}

/** The turns of a call, session after session. */
export function turnsOf(events: readonly TimelineEvent[]): TurnMoments[] {
  const turns: { readonly id: string; readonly turn: Turn }[] = []
  const trackers = new Map<string, TurnTracker>()
  for (const event of events) {
    const { sessionId, sequenceNumber } = event
    const tracker = trackers.get(sessionId) ?? new TurnTracker()
    trackers.set(sessionId, tracker)
    if (tracker.add(event) === 'prompt')
      turns.push({ id: `${sessionId}-${sequenceNumber}`, turn: tracker.turn! })
  }
  return turns.map(({ id, turn }) => ({ id, ...turn }))
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
