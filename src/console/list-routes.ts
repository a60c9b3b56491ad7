import { z } from 'zod'
import type { ConsoleParts } from './parts.js'
import { checked } from './query.js'

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  before: z.string().optional(),
  search: z.string().max(200).optional(),
  status: z
    .enum(['queued', 'ringing', 'in-progress', 'completed', 'busy', 'no-answer', 'canceled', 'failed'])
    .optional(),
  direction: z.enum(['inbound', 'outbound']).optional(),
  live: flag.optional(),
  troubled: flag.optional(),
  from: z.coerce.number().optional(),
  until: z.coerce.number().optional(),
})

/** The list of calls, and what changes in it. */
export function listRoutes({ app, guard, store, feed, streams }: ConsoleParts): void {
  const options = { preHandler: guard }

  app.get('/api/calls', options, async (request) => {
    const { from, until, ...query } = checked(listQuery, request.query)
    const { cursor } = feed
    const calls = await store.listCalls({ ...query, startedFrom: from, startedBefore: until })
    return { calls, next: calls.length === query.limit ? (calls.at(-1)?.callSid ?? null) : null, cursor }
  })

  app.get('/api/live', options, (request, reply) => {
    streams.follow(feed, { topics: ['call'] }, { request, reply })
  })
}
