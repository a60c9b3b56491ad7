import type { FastifyInstance } from 'fastify'

/**
 * Lets pages of any site send requests (Fetch Standard §3.2): what they need is a token, which no browser sends by itself.
 */
export function allowOtherSites(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }, reply) => {
    reply.header('access-control-allow-origin', '*')
    reply.header('access-control-expose-headers', 'location, etag, link, retry-after')
    // A public page that reaches into a private network (Private Network Access).
    if (headers['access-control-request-private-network'] === 'true') {
      reply.header('access-control-allow-private-network', 'true')
    }
  })
  app.options('/v1/webrtc/*', async (_request, reply) =>
    reply
      .headers({
        'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
        'access-control-allow-headers': 'authorization, content-type, if-match',
        'access-control-max-age': '86400',
        'accept-post': 'application/sdp',
      })
      .status(204)
      .send(),
  )
}
