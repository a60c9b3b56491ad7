import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ParleyError } from '../../base/errors.js'
import { newCallIdentity, newSessionId, type RandomBytes } from '../../calls/index.js'
import type { CallFacts, RelayEvent } from '../../protocol/index.js'
import type { ConsoleParts } from '../parts.js'
import { checked } from '../query.js'
import { cursorIn } from '../sse.js'
import { Talk, type TalkOptions } from './talk.js'

export interface TalkParts extends Pick<TalkOptions, 'dial' | 'limits' | 'authToken'> {
  readonly random: RandomBytes
  /** The account in Twilio's and in Telnyx's words. */
  readonly accounts: { readonly sid: string; readonly id: string }
}

/** Talks at a time. */
const mostTalks = 20

const startBody = z.object({
  url: z
    .string()
    .regex(/^wss?:\/\//i, 'a ws:// or wss:// URL')
    .refine(URL.canParse, 'a ws:// or wss:// URL'),
  dialect: z.enum(['twilio', 'telnyx']).default('twilio'),
  from: z.string().max(200).default('+15550100001'),
  to: z.string().max(200).default('+15550100002'),
  parameters: z.record(z.string(), z.string()).default({}),
})

const text = z.string().max(100_000)

const frameBody = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('prompt'),
    text,
    language: z.string().max(50).default('en-US'),
    last: z.boolean().default(true),
  }),
  z.object({ type: z.literal('dtmf'), digit: z.string().regex(/^[0-9*#A-D]$/, 'one key: 0-9, *, #, A-D') }),
  z.object({ type: z.literal('interrupt'), heardText: text, heardMs: z.number().min(0).default(0) }),
  z.object({ type: z.literal('raw'), text }),
])

interface ById {
  Params: { id: string }
}

/** Talking to an app by hand: the relay opens the socket, the console says what goes over it. */
export function talkRoutes({ app, guard, streams, clock }: ConsoleParts, parts: TalkParts): void {
  const options = { preHandler: guard }
  const talks = new Map<string, Talk>()
  app.addHook('preClose', async () => {
    for (const talk of talks.values()) talk.close()
  })
  const find = ({ params }: FastifyRequest<ById>): Talk => {
    const talk = talks.get(params.id)
    if (!talk) throw new ParleyError('app_talk_missing')
    return talk
  }

  app.post('/api/talks', options, async (request, reply) => {
    const { from, to, ...wanted } = checked(startBody, request.body)
    if (talks.size >= mostTalks) throw new ParleyError('app_talk_limit')
    const id = parts.random(16).toString('base64url')
    const talk = new Talk({
      ...parts,
      ...wanted,
      id,
      clock,
      sessionId: newSessionId(wanted.dialect, parts.random),
      call: factsOf(from, to, parts),
      over: () => talks.delete(id),
    })
    talks.set(id, talk)
    return reply.status(201).send({ id })
  })

  app.get<ById>('/api/talks/:id/live', options, async (request, reply) => {
    const talk = find(request)
    let leave = (): void => {}
    const stream = streams.start(request, reply, () => leave())
    leave = talk.follow(Number(cursorIn(request) ?? 0) || 0, (entry) =>
      stream.send('entry', entry, String(entry.id)),
    )
  })

  app.post<ById>('/api/talks/:id/frames', options, async (request, reply) => {
    const talk = find(request)
    const frame = checked(frameBody, request.body)
    if (frame.type === 'raw') talk.sendText(frame.text)
    else talk.send(frame satisfies RelayEvent)
    return reply.status(204).send()
  })

  app.delete<ById>('/api/talks/:id', options, async (request, reply) => {
    find(request).close()
    return reply.status(204).send()
  })
}

function factsOf(from: string, to: string, { accounts, random }: TalkParts): CallFacts {
  return {
    ...newCallIdentity(random),
    accountSid: accounts.sid,
    accountId: accounts.id,
    parentCallSid: '',
    from,
    to,
    forwardedFrom: '',
    callerName: '',
    direction: 'inbound',
    callType: 'PSTN',
  }
}
