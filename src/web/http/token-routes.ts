import type { FastifyInstance } from 'fastify'
import { ParleyError } from '../../base/errors.js'
import { readTokenWish } from '../tokens/token-wish.js'
import type { WebContext } from './context.js'

/** Where a site's server gets tokens for its visitors. */
export function tokenRoutes(app: FastifyInstance, { guard, tokens }: WebContext): void {
  const making = { preHandler: guard, config: { summary: 'A call token for a browser' } }
  app.post('/v1/webrtc/tokens', making, async ({ body }, reply) => {
    const wish = readTokenWish(body)
    if (typeof wish === 'string') throw new ParleyError('http_bad_request', wish)
    const { token, expiresAt } = tokens.make(wish, wish.expiresIn)
    return reply.status(201).send({ token, expiresAt: expiresAt.toISOString() })
  })
}
