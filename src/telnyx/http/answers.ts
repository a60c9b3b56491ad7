import type { FastifyError, FastifyInstance } from 'fastify'
import { ParleyError } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import { ApiError, unavailable } from '../errors/index.js'

/**
 * Makes everything that goes wrong answer in Telnyx's envelope, and logs what is our fault.
 *
 * @param methodsOf what a URL without its query is good for; nothing where it is unknown
 */
export function answerInEnvelope(
  app: FastifyInstance,
  log: Log,
  methodsOf: (path: string) => readonly string[] = () => [],
): void {
  app.setNotFoundHandler(({ url }, reply) => {
    const methods = methodsOf(url.split('?')[0]!)
    const error = new ApiError({ code: methods.length > 0 ? '10030' : '10005' })
    if (methods.length > 0) reply.header('allow', methods.join(', '))
    return reply.status(error.status).send(error.body)
  })
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = thrown instanceof ApiError ? thrown : apiError(thrown)
    if (error.status >= 500) {
      log.error({ err: thrown, method: request.method, url: request.url }, 'A request failed')
    }
    return reply.status(error.status).send(error.body)
  })
}

function apiError(thrown: FastifyError): ApiError {
  if (thrown instanceof ParleyError) {
    if (thrown.code === 'store_failed') return unavailable(thrown.message)
    return new ApiError({ code: '10007' })
  }
  const { statusCode = 500 } = thrown
  if (statusCode >= 500) return new ApiError({ code: '10007' })
  return new ApiError({ code: '10015', status: statusCode, detail: thrown.message })
}
