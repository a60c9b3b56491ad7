import { z } from 'zod'
import { errors, pageMeta } from '../schemas/answers.js'
import type { ApiDescription } from './api-description.js'

/** A route as it was registered. */
export interface DescribedRoute {
  readonly method: string
  /** Below /v2, parameters as `:id`. */
  readonly url: string
  readonly api: ApiDescription
}

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of this API, made of the schemas that requests are read by. */
export function openApiDocument(routes: readonly DescribedRoute[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: "Parley: Telnyx's Call Control", version },
    servers: [{ url: '/v2' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Errors: jsonSchema(errors, 'output') },
    },
  }
}

function operation({ method, url, api }: DescribedRoute): Json {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name)
  const query = [...(api.list ? ['page[number]', 'page[size]'] : []), ...(api.query ?? [])]
  const parameters = [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...query.map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
  ]
  return {
    summary: api.summary,
    operationId: `${method.toLowerCase()}${url.replace(/[/:]+(\w)/g, (_, letter) => letter.toUpperCase())}`,
    ...(parameters.length > 0 && { parameters }),
    ...(api.body && {
      requestBody: { content: { 'application/json': { schema: jsonSchema(api.body, 'input') } } },
    }),
    responses: {
      '2XX': {
        description: 'Done.',
        ...(api.answer && { content: { 'application/json': { schema: answerSchema(api) } } }),
      },
      default: {
        description: 'Refused.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Errors' } } },
      },
    },
  }
}

function answerSchema({ answer, list }: ApiDescription): Json {
  const data = jsonSchema(answer!, 'output')
  return {
    type: 'object',
    required: ['data'],
    properties: list
      ? { data: { type: 'array', items: data }, meta: jsonSchema(pageMeta, 'output') }
      : { data },
  }
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}
