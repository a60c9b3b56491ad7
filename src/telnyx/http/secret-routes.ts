import type { FastifyInstance } from 'fastify'
import { read } from '../errors/index.js'
import type { IntegrationSecrets, SecretValue } from '../resources/secrets.js'
import { integrationSecret as answer } from '../schemas/answers.js'
import { secretCreate } from '../schemas/resources.js'
import './api-description.js'
import { checkFilters } from './filters.js'
import { paged, pageOf, type Query, textOf } from './page.js'

/** Keys of vendors, by the identifiers that commands name. What is secret is never shown again. */
export function secretRoutes(app: FastifyInstance, secrets: IntegrationSecrets): void {
  const url = '/integration_secrets'
  const query = ['filter[type]']
  app.get<{ Querystring: Query }>(
    url,
    { config: { api: { summary: 'Secrets, newest first', answer, list: true, query } } },
    async ({ query: asked }) => {
      checkFilters(asked, query)
      return paged(secrets.list(textOf(asked, 'filter[type]')), pageOf(asked))
    },
  )
  app.post(
    url,
    { config: { api: { summary: 'Keep a secret', body: secretCreate, answer } } },
    async ({ body }, reply) => {
      const { identifier, type, token, username, password } = read(secretCreate, body ?? {})
      const value: SecretValue =
        type === 'bearer' ? { type, token: token! } : { type, username: username!, password: password! }
      return reply.status(201).send({ data: await secrets.create(identifier, value) })
    },
  )
  app.delete<{ Params: { id: string } }>(
    `${url}/:id`,
    { config: { api: { summary: 'Delete a secret' } } },
    async ({ params }, reply) => {
      await secrets.delete(params.id)
      return reply.status(204).send()
    },
  )
}
