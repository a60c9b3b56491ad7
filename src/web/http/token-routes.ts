import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { tokenWish } from '../tokens/token-wish.js'
import { checked } from './body.js'
import type { WebContext } from './context.js'

const body = z.object(tokenWish).refine(({ to, client }) => to !== undefined || client !== undefined, {
  message: 'say what may be dialled (to), or which name registered (client)',
})

/** Where a site's server gets tokens for its visitors. */
export function tokenRoutes(app: FastifyInstance, { guard, tokens }: WebContext): void {
  const making = { preHandler: guard, config: { summary: 'A call token for a browser' } }
  app.post('/v1/webrtc/tokens', making, async (request, reply) => {
    const { to, client, expiresIn } = checked(body, request.body)
    const { token, expiresAt } = tokens.make({ to, client }, expiresIn)
    return reply.status(201).send({ token, expiresAt: expiresAt.toISOString() })
  })
}
