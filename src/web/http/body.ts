import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { ParleyError } from '../../base/errors.js'

const sdp = 'application/sdp'
export const fragment = 'application/trickle-ice-sdpfrag'

/** Bodies of these types are texts. */
export function readTexts(app: FastifyInstance): void {
  app.addContentTypeParser([sdp, fragment], { parseAs: 'string' }, (_request, body, done) => done(null, body))
}

/** The type of a request's body, without parameters. */
export function typeOf({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
}

/** @throws ParleyError `web_media_type` */
export function offerIn(request: FastifyRequest): string {
  if (typeOf(request) !== sdp || typeof request.body !== 'string') throw new ParleyError('web_media_type')
  return request.body
}

/** What a request says, checked. @throws ParleyError `http_bad_request` naming the field */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value ?? {})
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new ParleyError('http_bad_request', `${issue?.path.join('.') || 'body'}: ${issue?.message}.`)
}
