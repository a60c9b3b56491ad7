import type { FastifyInstance, FastifyReply } from 'fastify'
import { type ErrorCode, errorTable } from '../base/error-table.js'
import { ParleyError } from '../base/errors.js'
import type { Log } from '../base/log.js'

/** Body of every error answer of Parley's own pages; the platforms' APIs have theirs. */
export interface Problem {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly remedy: string }
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  http_not_found: 404,
  http_bad_request: 400,
  call_not_found: 404,
  call_ambiguous: 409,
  admin_key_required: 401,
  admin_key_wrong: 401,
  too_many_attempts: 429,
  recording_missing: 404,
  flow_not_found: 404,
  execution_not_found: 404,
  app_talk_missing: 404,
  app_talk_limit: 429,
  store_failed: 503,
  call_limit_reached: 503,
  node_shutting_down: 503,
  call_over: 404,
  web_unavailable: 503,
  web_offer_invalid: 400,
  web_offer_unacceptable: 422,
  web_route_missing: 404,
  web_token_required: 401,
  web_token_invalid: 401,
  web_token_forbidden: 403,
  web_call_not_found: 404,
  web_etag_missing: 428,
  web_etag_stale: 412,
  web_restart_unsupported: 422,
  web_media_type: 415,
}

/** Answers with a problem, at the status its code stands for. */
function sendProblem(reply: FastifyReply, error: ParleyError): FastifyReply {
  const { code, message, remedy } = error
  return reply.status(statusOf[code] ?? 500).send({ error: { code, message, remedy } } satisfies Problem)
}

/** Makes everything that goes wrong in a request answer with a problem, and logs what is our fault. */
export function answerWithProblems(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      new ParleyError('http_not_found', `There is no ${request.method} ${request.url} here.`),
    ),
  )
  app.setErrorHandler((thrown: Error & { statusCode?: number }, request, reply) => {
    if (thrown instanceof ParleyError) return sendProblem(reply, thrown)
    if ((thrown.statusCode ?? 500) < 500) return answerMalformed(reply, thrown, undefined)
    log.error({ err: thrown, method: request.method, url: request.url }, 'A request failed')
    return sendProblem(reply, new ParleyError('internal_error'))
  })
}

/** Answers a request that cannot be read. @param body what a platform's API says to it; a problem where it is none's */
export function answerMalformed(
  reply: FastifyReply,
  { message, statusCode = 400 }: Error & { statusCode?: number },
  body: object | undefined,
): FastifyReply {
  const { remedy } = errorTable.http_bad_request
  return reply.status(statusCode).send(body ?? { error: { code: 'http_bad_request', message, remedy } })
}
