import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ParleyError } from '../../base/errors.js'
import type { BuiltConsole } from './page-files.js'

/** Serves what the page loads; no answer of these ever changes. */
export function pageRoutes(app: FastifyInstance, { assets }: BuiltConsole): void {
  app.get('/assets/:name', (request: FastifyRequest<{ Params: { name: string } }>, reply) => {
    const file = assets.get(request.params.name)
    if (!file) throw new ParleyError('http_not_found', `There is no ${request.url} here.`)
    reply.headers({
      ...commonHeaders,
      'cache-control': 'public, max-age=31536000, immutable',
      etag: file.etag,
      vary: 'accept-encoding',
    })
    if (request.headers['if-none-match'] === file.etag) return reply.status(304).send()
    const accepted = request.headers['accept-encoding'] ?? ''
    reply.type(file.type)
    if (file.br && /\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(file.br)
    if (file.gzip && /\bgzip\b/.test(accepted))
      return reply.header('content-encoding', 'gzip').send(file.gzip)
    return reply.send(file.plain)
  })
}

/**
 * Answers with the page. Scripts are its own files alone; styles that a library makes while it runs carry a nonce; nothing
 * is loaded from elsewhere, and no other page may frame it.
 */
export function sendIndex(reply: FastifyReply, { index }: BuiltConsole): FastifyReply {
  const nonce = randomBytes(16).toString('base64')
  return reply
    .headers({ ...commonHeaders, 'content-security-policy': policy(nonce), 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(index.replaceAll('NONCE', nonce))
}

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self' blob: data:",
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
