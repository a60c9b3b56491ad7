import type { FastifyInstance } from 'fastify'
import { read, refuse } from '../errors/index.js'
import type { Application } from '../resources/application.js'
import type { Applications } from '../resources/applications.js'
import { application as answer } from '../schemas/answers.js'
import { applicationCreate, applicationUpdate } from '../schemas/resources.js'
import './api-description.js'
import { type Filters, filtered, type Orders, sorted } from './filters.js'
import { paged, pageOf, type Query } from './page.js'

interface ById {
  readonly Params: { readonly id: string }
}

const filters: Filters<Application> = {
  'filter[application_name][contains]': ({ application_name: name }, wanted) =>
    name.toLowerCase().includes(wanted.toLowerCase()),
  'filter[connection_id]': ({ id }, wanted) => id === wanted,
  'filter[outbound.outbound_voice_profile_id]': ({ outbound }, wanted) =>
    outbound['outbound_voice_profile_id'] === wanted,
}
/** The SDK has the filters of several lists in one type. */
const elsewhere = [
  ...['leg_id', 'application_session_id', 'product', 'failed', 'from', 'to', 'name', 'type', 'status'],
  ...['eq', 'gt', 'gte', 'lt', 'lte'].map((comparison) => `occurred_at][${comparison}`),
].map((name) => `filter[${name}]`)
const orders: Orders<Application> = {
  created_at: ({ created_at }) => created_at,
  connection_name: ({ application_name }) => application_name,
  active: ({ active }) => String(active),
}

/** Call Control applications. */
export function applicationRoutes(app: FastifyInstance, applications: Applications): void {
  const url = '/call_control_applications'
  const one = `${url}/:id`

  app.get<{ Querystring: Query }>(
    url,
    {
      config: {
        api: {
          ...{ summary: 'Applications, newest first', answer, list: true },
          query: [...Object.keys(filters), 'sort'],
        },
      },
    },
    async ({ query }) => {
      const found = filtered(applications.list(), query, filters, elsewhere)
      return paged(sorted(found, query, orders).map(shown), pageOf(query))
    },
  )
  app.post(
    url,
    { config: { api: { summary: 'Make an application', body: applicationCreate, answer } } },
    async ({ body }, reply) => {
      const made = await applications.create(given(read(applicationCreate, body ?? {})))
      return reply.status(201).send({ data: shown(made) })
    },
  )
  app.get<ById>(one, { config: { api: { summary: 'One application', answer } } }, async ({ params }) => ({
    data: shown(applications.get(params.id) ?? refuse('10005')),
  }))
  app.patch<ById>(
    one,
    { config: { api: { summary: 'Change an application', body: applicationUpdate, answer } } },
    async ({ params, body }) => {
      const changes = given(read(applicationUpdate, body ?? {}))
      return { data: shown(await applications.update(params.id, changes)) }
    },
  )
  app.delete<ById>(
    one,
    { config: { api: { summary: 'Delete an application', answer } } },
    async ({ params }) => ({ data: shown(await applications.delete(params.id)) }),
  )
}

function shown(application: Application): object {
  return { record_type: 'call_control_application', ...application }
}

/** What is undefined was not said, and stays as it is. */
function given<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> }
}
