import type { FastifyError, FastifyInstance } from 'fastify'
import { ParleyError } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import { ApiError } from './api-error.js'

/** Makes everything that goes wrong answer as Twilio does, and logs what is our fault. */
export function answerAsTwilio(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler(({ url }, reply) => {
    const error = notFound(url)
    return reply.status(error.status).send(error.body)
  })
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = thrown instanceof ApiError ? thrown : apiError(thrown)
    if (error.status >= 500) {
      log.error({ err: thrown, method: request.method, url: request.url }, 'A request failed')
    }
    if (error.status === 401) reply.header('www-authenticate', 'Basic realm="Twilio API"')
    return reply.status(error.status).send(error.body)
  })
}

/** @param url of the request */
export function notFound(url: string): ApiError {
  return new ApiError(20404, `The requested resource ${url.split('?')[0]} was not found`)
}

function apiError(thrown: FastifyError): ApiError {
  if (thrown instanceof ParleyError) {
    switch (thrown.code) {
      case 'call_ambiguous':
        return new ApiError(20404)
      case 'flow_not_found':
      case 'flow_not_published':
        return new ApiError(20404, thrown.message)
      case 'flow_contact_busy':
        return new ApiError(20409, thrown.message)
      case 'call_target_invalid':
        return new ApiError(21217, thrown.message)
      case 'call_route_missing':
        return new ApiError(21214, thrown.message)
      case 'call_limit_reached':
      case 'node_shutting_down':
      case 'store_failed':
        return new ApiError(20503, thrown.message)
      default:
        return new ApiError(20500)
    }
  }
  return (thrown.statusCode ?? 500) < 500 ? new ApiError(20001, thrown.message) : new ApiError(20500)
}
