import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ParleyError } from '../../base/errors.js'
import type { HeaderLines, WebCallBegun } from '../../calls/index.js'
import { linkHeader, parseIceFragment, usable } from '../../webrtc/index.js'
import type { WebCall } from '../web-calls.js'
import { stateOf } from '../web-calls.js'
import { destination, nameFor } from './access.js'
import { checked, fragment, offerIn, typeOf } from './body.js'
import type { WebContext } from './context.js'
import { EventStream } from './event-stream.js'

const query = z.looseObject({ to: z.string().min(1).max(256).optional(), from: z.string().optional() })
const say = z.object({
  text: z.string().min(1).max(4000),
  language: z.string().min(2).max(35).default('en-US'),
  voice: z.string().max(200).default(''),
})
const digits = z.object({
  digits: z.string().regex(/^[0-9*#A-D]{1,100}$/i, 'keys out of 0-9 * # A-D, 100 at most'),
})

/** Seconds after which a browser that found no room may try again. */
const RETRY_AFTER_S = 10

type ById = { Params: { id: string } }

/** Calls that browsers make (RFC 9725). */
export function callRoutes(app: FastifyInstance, context: WebContext): void {
  const { access, calls, clock, webCalls, streams } = context
  const callOf = (id: string): WebCall => {
    const call = webCalls.get(id)
    if (!call) throw new ParleyError('web_call_not_found')
    return call
  }

  const about = { config: { summary: 'ICE servers of the web phone' } }
  app.get('/v1/webrtc', about, async (request) => {
    await access.of(request)
    return { iceServers: context.iceServers.map((server) => usable(server, clock.now())) }
  })

  const calling = { config: { summary: 'A call from a browser (WHIP)' } }
  app.post('/v1/webrtc/calls', calling, async (request, reply) => {
    const grant = await access.of(request)
    const asked = checked(query, request.query)
    const wanted = {
      dialled: destination(grant, asked.to),
      from: nameFor(grant, asked.from) ?? 'web',
      headers: headersIn(asked),
      offer: offerIn(request),
    }
    const begun = await calls.fromBrowser(wanted).catch((thrown: unknown) => {
      const busy = thrown instanceof ParleyError && thrown.code === 'call_limit_reached'
      if (busy) reply.header('retry-after', RETRY_AFTER_S)
      throw thrown
    })
    return created(reply, begun, context)
  })

  app.get<ById>('/v1/webrtc/calls/:id', async ({ params }) => stateOf(callOf(params.id).party.call))

  app.patch<ById>('/v1/webrtc/calls/:id', async (request, reply) => {
    const call = callOf(request.params.id)
    if (typeOf(request) !== fragment) {
      const answer = await call.party.reconnect(offerIn(request))
      webCalls.renew(call)
      return reply.type('application/sdp').header('etag', call.etag).send(answer)
    }
    trickle(call, request)
    return reply.status(204).send()
  })

  app.delete<ById>('/v1/webrtc/calls/:id', async ({ params }, reply) => {
    callOf(params.id).party.hangup()
    return reply.status(200).send()
  })

  app.get<ById>('/v1/webrtc/calls/:id/events', (request, reply) => {
    const call = callOf(request.params.id)
    let leave = (): void => {}
    const stream = new EventStream(reply, clock, () => {
      streams.delete(stream)
      leave()
    })
    streams.add(stream)
    leave = call.listen({ event: (name, data) => stream.send(name, data), over: () => stream.close() })
  })

  app.post<ById>('/v1/webrtc/calls/:id/say', async ({ params, body }, reply) => {
    const call = callOf(params.id)
    const { text, language, voice } = checked(say, body)
    return reply.status(202).send({ id: call.say(text, language, voice) })
  })

  app.delete<ById>('/v1/webrtc/calls/:id/say', async ({ params }, reply) => {
    callOf(params.id).party.call.stopSpeakingAsParty()
    return reply.status(204).send()
  })

  app.post<ById>('/v1/webrtc/calls/:id/digits', async ({ params, body }, reply) => {
    const call = callOf(params.id)
    call.party.press(checked(digits, body).digits.toUpperCase())
    return reply.status(204).send()
  })
}

/** 201 with the answer, where the call is from now on, and how it is reached. */
export function created(
  reply: FastifyReply,
  begun: WebCallBegun,
  { webCalls, iceServers, clock }: WebContext,
): FastifyReply {
  const { id, etag } = webCalls.add(begun)
  const links = iceServers.map((server) => linkHeader(usable(server, clock.now())))
  if (links.length > 0) reply.header('link', links)
  return reply
    .status(201)
    .type('application/sdp')
    .headers({ location: `/v1/webrtc/calls/${id}`, etag, 'accept-patch': `${fragment}, application/sdp` })
    .send(begun.answer)
}

/** RFC 9725 §4.3.2. @throws ParleyError */
function trickle({ party, etag }: WebCall, { headers, body }: FastifyRequest): void {
  const match = headers['if-match']?.replaceAll('"', '')
  if (match === undefined) throw new ParleyError('web_etag_missing')
  if (match !== '*' && `"${match}"` !== etag) throw new ParleyError('web_etag_stale')
  const read = parseIceFragment(String(body))
  if (!read) throw new ParleyError('http_bad_request', 'The body is no SDP fragment.')
  const { iceUfrag } = read
  if (iceUfrag !== undefined && !party.knows(iceUfrag)) throw new ParleyError('web_restart_unsupported')
  party.addCandidates(read.candidates)
}

/** Query items that begin with `X-`. */
function headersIn(query: Readonly<Record<string, unknown>>): HeaderLines {
  return Object.entries(query).flatMap(([name, value]) =>
    /^x-[\w-]{1,64}$/i.test(name) && typeof value === 'string'
      ? [[name, value.replace(/[\r\n]+/g, ' ').slice(0, 1000)] as const]
      : [],
  )
}
