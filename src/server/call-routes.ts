import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ParleyError } from '../base/errors.js'
import { expectation } from '../base/expectation.js'
import type { Store } from '../store/index.js'
import type { AdminGuard } from './admin-guard.js'

/** What the routes read from the records. */
export type CallRecords = Pick<Store, 'listCalls' | 'getCall' | 'getSessions' | 'getTimeline'>

const aPage = 'a whole number from 1 to 1000'

const listQuery = z.object({
  limit: z.coerce.number(aPage).int(aPage).min(1, aPage).max(1000, aPage).default(50),
  before: z.string().optional(),
  status: z
    .enum(['queued', 'ringing', 'in-progress', 'completed', 'busy', 'no-answer', 'canceled', 'failed'])
    .optional(),
  search: z.string().optional(),
})

/** The records of calls as JSON, for tools. */
export function callRoutes(app: FastifyInstance, records: CallRecords, preHandler: AdminGuard): void {
  app.get('/v1/calls', { preHandler, config: { summary: 'Calls, newest first' } }, async (request) => {
    const query = listQuery.safeParse(request.query, { error: expectation })
    if (!query.success) {
      const [issue] = query.error.issues
      throw new ParleyError(
        'http_bad_request',
        `${issue?.path.join('.')} is not right; expected ${issue?.message}.`,
      )
    }
    const calls = await records.listCalls(query.data)
    return { calls, next: calls.length === query.data.limit ? (calls.at(-1)?.callSid ?? null) : null }
  })

  const summary =
    'One call, by an identifier or the beginning of its SID, with its sessions and their timelines'
  app.get<{ Params: { id: string } }>(
    '/v1/calls/:id',
    { preHandler, config: { summary } },
    async (request) => {
      const call = await records.getCall(request.params.id)
      if (!call) throw new ParleyError('call_not_found', `There is no call ${request.params.id}.`)
      const sessions = await records.getSessions(call.callSid)
      const timelines = await Promise.all(sessions.map(({ sessionId }) => records.getTimeline(sessionId)))
      return {
        call,
        sessions: sessions.map((session, index) => ({ ...session, timeline: timelines[index] })),
      }
    },
  )
}
