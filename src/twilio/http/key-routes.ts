import type { FastifyInstance } from 'fastify'
import { newSid, timestamp } from '../../twiml/index.js'
import { type ApiKey, secretDigest } from '../resources/keys.js'
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

/** Keys of the API, under both of their names. */
export function keyRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const [path, key] of [
    ['Keys', 'keys'],
    ['SigningKeys', 'signing_keys'],
  ] as const) {
    keysAs(app, context, path, key)
  }
}

function keysAs(
  app: FastifyInstance,
  { account, clock, keys, random }: ApiContext,
  path: string,
  key: string,
): void {
  const one = ({ params, url }: { params: ById['Params']; url: string }): ApiKey => {
    const found = keys.get(bare(params.sid))
    if (!found) throw notFound(url)
    return found
  }
  const changeable = (request: { params: ById['Params']; url: string }): ApiKey => {
    const found = one(request)
    if (keys.isConfigured(found.sid)) {
      refuse(20001, `${found.sid} is of the configuration (twilio.apiKeys): change it there`)
    }
    return found
  }
  app.get(`/${path}.json`, async ({ url }) => {
    const query = queryOf(url)
    const { items, more } = sliceOf(keys.list(), pageWish(query))
    const all = `/${apiVersion}/Accounts/${account.sid}/${path}.json`
    return legacyPage(all, query, key, { items: items.map(keyJson), more })
  })
  app.post(`/${path}.json`, async ({ body }, reply) => {
    const sid = newSid('SK', random)
    const secret = random(16).toString('hex')
    const friendlyName = Form.of(body).text('FriendlyName') ?? sid
    const now = clock.now()
    const made = { sid, friendlyName, secretDigest: secretDigest(secret), createdAt: now, updatedAt: now }
    await keys.put(made)
    return reply.status(201).send({ ...keyJson(made), secret })
  })
  app.get<ById>(`/${path}/:sid`, async (request) => keyJson(one(request)))
  app.post<ById>(`/${path}/:sid`, async (request) => {
    const found = changeable(request)
    const friendlyName = Form.of(request.body).text('FriendlyName') ?? found.friendlyName
    return keyJson(await keys.put({ ...found, friendlyName, updatedAt: clock.now() }))
  })
  app.delete<ById>(`/${path}/:sid`, async (request, reply) => {
    await keys.delete(changeable(request).sid)
    return reply.status(204).send()
  })
}

function keyJson({ sid, friendlyName, createdAt, updatedAt }: ApiKey): object {
  return {
    date_created: timestamp(createdAt),
    date_updated: timestamp(updatedAt),
    friendly_name: friendlyName,
    sid,
  }
}
