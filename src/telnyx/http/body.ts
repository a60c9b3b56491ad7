import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/index.js'

/**
 * Reads bodies as this API's clients write them: JSON, or nothing, whatever the content type says then.
 *
 * @throws ApiError 10028 for what is not UTF-8, 10023 for what is not JSON, 10029 for another type
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('remove', 'remove')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(/^application\/(.+\+)?json/, { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined)
    try {
      parseJson(request, decode(body as Buffer), (error, value) =>
        done(error && new ApiError({ code: '10023' }), value),
      )
    } catch (thrown) {
      done(thrown as Error)
    }
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request: FastifyRequest, body, done) =>
    body.length === 0 ? done(null, undefined) : done(new ApiError({ code: '10029' })),
  )
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new ApiError({ code: '10028', detail: `Error decoding request body at position ${badByte(body)}` })
  }
}

/** Position of the first byte that is no UTF-8: where decoding and encoding again first differs. */
function badByte(body: Buffer): number {
  const again = Buffer.from(body.toString('utf8'))
  const at = body.findIndex((byte, i) => byte !== again[i])
  return at < 0 ? body.length : at
}
