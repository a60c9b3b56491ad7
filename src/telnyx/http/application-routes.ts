import type { FastifyInstance } from 'fastify'
import { read, refuse } from '../errors/index.js'
import type { Application } from '../resources/application.js'
import type { Applications } from '../resources/applications.js'
import { application as answer } from '../schemas/answers.js'
import { applicationCreate, applicationUpdate } from '../schemas/resources.js'
import './api-description.js'
import { paged, pageOf, type Query, textOf } from './page.js'

interface ById {
  readonly Params: { readonly id: string }
}

/** Call Control applications. */
export function applicationRoutes(app: FastifyInstance, applications: Applications): void {
  const url = '/call_control_applications'
  const one = `${url}/:id`
  const contains = 'filter[application_name][contains]'

  app.get<{ Querystring: Query }>(
    url,
    { config: { api: { summary: 'Applications, newest first', answer, list: true, query: [contains] } } },
    async ({ query }) => {
      const wanted = (textOf(query, contains) ?? '').toLowerCase()
      const found = applications
        .list()
        .filter((entry) => entry.application_name.toLowerCase().includes(wanted))
      return paged(found.map(shown), pageOf(query))
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
