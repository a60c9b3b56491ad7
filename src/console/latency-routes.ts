import { z } from 'zod'
import type { TurnRecord } from '../store/index.js'
import type { ConsoleParts } from './parts.js'
import { checked } from './query.js'

const query = z.object({
  from: z.coerce.number().optional(),
  until: z.coerce.number().optional(),
  limit: z.coerce.number().int().min(1).max(20_000).default(5000),
})

/** How long turns took. The page makes its distributions and groups of them by itself. */
export function latencyRoutes({ app, guard, store }: ConsoleParts): void {
  app.get('/api/turns', { preHandler: guard }, async (request) => {
    const { from, until, limit } = checked(query, request.query)
    const turns = await store.turns.list({ from, before: until, limit })
    return { turns: turns.map(measured), complete: turns.length < limit }
  })
}

/** A turn with its stages, in ms; null for those that it did not come to. */
function measured(turn: TurnRecord) {
  const { speechEndedAt, promptAt, firstTokenAt, firstAudioAt, ...rest } = turn
  const between = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : Math.round(to - from)
  return {
    ...rest,
    at: promptAt,
    transcriptMs: between(speechEndedAt, promptAt),
    appMs: between(promptAt, firstTokenAt),
    speechMs: between(firstTokenAt, firstAudioAt),
    totalMs: between(speechEndedAt, firstAudioAt),
  }
}
