import type { FastifyInstance } from 'fastify'
import { type CallQueue, type QueueMember, timestamp } from '../../twiml/index.js'
import { instructions } from '../call/twilio-calls.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare } from './auth.js'
import { apiVersion } from './call-json.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { queryOf } from './query.js'

interface ById {
  readonly Params: { readonly account: string; readonly sid: string }
}
interface OfMember {
  readonly Params: ById['Params'] & { readonly member: string }
}

/** Twilio's, of queues that the API makes. */
const defaultSize = 1000
const longestName = 64

/** Queues of calls, and who waits in them. */
export function queueRoutes(app: FastifyInstance, context: ApiContext): void {
  const { account, calls, queues } = context
  const base = `/${apiVersion}/Accounts/${account.sid}/Queues`
  const json = (queue: CallQueue): object => queueJson(queue, account.sid, base)
  const one = ({ params, url }: { params: ById['Params']; url: string }): CallQueue => {
    const sid = bare(params.sid)
    return queues.list().find((queue) => queue.sid === sid) ?? missing(url)
  }
  const nameIn = (form: Form): string | undefined => {
    const name = form.text('FriendlyName')
    if (name !== undefined && name.length > longestName) {
      refuse(20001, `FriendlyName must have at most ${longestName} characters`)
    }
    return name
  }
  /** @throws ApiError where another queue has the name */
  const free = (name: string, queue?: CallQueue): string => {
    const found = queues.named(name)
    return found === undefined || found === queue ? name : refuse(20001, `There is a queue "${name}" already`)
  }

  app.get('/Queues.json', async ({ url }) => {
    const query = queryOf(url)
    const { items, more } = sliceOf([...queues.list()].reverse(), pageWish(query))
    return legacyPage(`${base}.json`, query, 'queues', { items: items.map(json), more })
  })
  app.post('/Queues.json', async ({ body }, reply) => {
    const form = Form.of(body)
    const name = free(nameIn(form) ?? refuse(20001, 'FriendlyName is required'))
    return reply.status(201).send(json(queues.queue(name, form.int('MaxSize', 1, 5000) ?? defaultSize)))
  })
  app.get<ById>('/Queues/:sid', async (request) => json(one(request)))
  app.post<ById>('/Queues/:sid', async (request) => {
    const queue = one(request)
    const form = Form.of(request.body)
    const [name, maxSize] = [nameIn(form), form.int('MaxSize', 1, 5000)]
    queues.change(queue, { name: name === undefined ? queue.name : free(name, queue), maxSize })
    return json(queue)
  })
  app.delete<ById>('/Queues/:sid', async (request, reply) => {
    const queue = one(request)
    if (queue.members.length > 0) refuse(20009, `Calls wait in the queue ${queue.sid}`)
    queues.delete(queue)
    return reply.status(204).send()
  })

  app.get<ById>('/Queues/:sid/Members.json', async (request) => {
    const queue = one(request)
    const query = queryOf(request.url)
    const { items, more } = sliceOf(queue.members, pageWish(query))
    const shown = items.map((member) => memberJson(queue, member, base))
    return legacyPage(`${base}/${queue.sid}/Members.json`, query, 'queue_members', { items: shown, more })
  })
  app.get<OfMember>('/Queues/:sid/Members/:member', async (request) => {
    const queue = one(request)
    return memberJson(queue, memberOf(queue, request), base)
  })
  app.post<OfMember>('/Queues/:sid/Members/:member', async (request) => {
    const queue = one(request)
    const member = memberOf(queue, request)
    const form = Form.of(request.body)
    const url = form.url('Url') ?? refuse(21205)
    const shown = memberJson(queue, member, base)
    queue.remove(member)
    calls.follow(member.call, instructions(url, form.method('Method') ?? 'POST', '', 'POST'))
    return shown
  })
}

/** By the SID of its call, or `Front` for who has waited longest. @throws ApiError 20404 */
function memberOf(
  queue: CallQueue,
  { params, url }: { params: OfMember['Params']; url: string },
): QueueMember {
  const name = bare(params.member)
  const [front] = queue.members
  const found = name === 'Front' ? front : queue.members.find(({ call }) => call.identity.callSid === name)
  return found ?? missing(url)
}

function queueJson(queue: CallQueue, accountSid: string, base: string): object {
  const { sid, name, maxSize, createdAt, updatedAt, members, averageMs } = queue
  return {
    account_sid: accountSid,
    average_wait_time: Math.round(averageMs / 1000),
    current_size: members.length,
    date_created: timestamp(createdAt),
    date_updated: timestamp(updatedAt),
    friendly_name: name,
    max_size: maxSize,
    sid,
    subresource_uris: { members: `${base}/${sid}/Members.json` },
    uri: `${base}/${sid}.json`,
  }
}

function memberJson(queue: CallQueue, member: QueueMember, base: string): object {
  const { callSid } = member.call.identity
  return {
    call_sid: callSid,
    date_enqueued: timestamp(member.enqueuedAt),
    position: queue.positionOf(member),
    queue_sid: queue.sid,
    uri: `${base}/${queue.sid}/Members/${callSid}.json`,
    wait_time: Math.round(queue.waitedMs(member) / 1000),
  }
}

function missing(url: string): never {
  throw notFound(url)
}
