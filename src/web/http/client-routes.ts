import type { FastifyInstance } from 'fastify'
import { ParleyError } from '../../base/errors.js'
import { nameFor } from './access.js'
import { offerIn } from './body.js'
import { created } from './call-routes.js'
import type { WebContext } from './context.js'
import { EventStream } from './event-stream.js'

/** Browsers that can be called. */
export function clientRoutes(app: FastifyInstance, context: WebContext): void {
  const { access, guard, clients, clock, streams } = context

  const listing = { preHandler: guard, config: { summary: 'Browsers that can be called' } }
  app.get('/v1/webrtc/clients', listing, async () => ({ clients: clients.list() }))

  app.get<{ Params: { name: string } }>('/v1/webrtc/clients/:name', async (request, reply) => {
    const name = nameFor(await access.of(request), request.params.name)
    if (name === undefined) throw new ParleyError('http_bad_request', 'A client needs a name.')
    let leave = (): void => {}
    const stream = new EventStream(reply, clock, () => {
      streams.delete(stream)
      leave()
    })
    streams.add(stream)
    leave = clients.register(name, {
      incoming: (call) => stream.send('incoming', { ...call, url: `/v1/webrtc/incoming/${call.id}` }),
      gone: (id, reason) => stream.send('gone', { id, reason }),
    })
    stream.send('registered', { name })
  })

  app.post<{ Params: { id: string } }>('/v1/webrtc/incoming/:id', async (request, reply) => {
    return created(reply, await clients.accept(request.params.id, offerIn(request)), context)
  })

  app.delete<{ Params: { id: string } }>('/v1/webrtc/incoming/:id', async ({ params }, reply) => {
    clients.reject(params.id)
    return reply.status(204).send()
  })
}
