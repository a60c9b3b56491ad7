import type { FastifyInstance } from 'fastify'
import type { DeliveryRecord, WebhookAttempt, WebhookRecords } from '../../store/index.js'
import { ApiError, refuse } from '../errors/index.js'
import { webhookDelivery as answer } from '../schemas/answers.js'
import { isoMillis } from '../time.js'
import { telnyxFormat } from '../webhooks/index.js'
import './api-description.js'
import { checkFilters } from './filters.js'
import { pageOf, pageWith, type Query, textOf } from './page.js'

/** Telnyx's numbers for what goes wrong with a webhook, as far as they are known. */
const errorCodes = { network: 75_001, timeout: 75_002, refused: 75_499, invalid: 75_000 }
const filters = [
  ...['filter[status][eq]', 'filter[event_type]', 'filter[webhook][contains]', 'filter[attempts][contains]'],
  ...[
    'filter[started_at][gte]',
    'filter[started_at][lte]',
    'filter[finished_at][gte]',
    'filter[finished_at][lte]',
  ],
]

/** Webhooks and what became of them. */
export function deliveryRoutes(
  app: FastifyInstance,
  { webhooks, userId }: { readonly webhooks: Pick<WebhookRecords, 'list'>; readonly userId: string },
): void {
  app.get<{ Querystring: Query }>(
    '/webhook_deliveries',
    {
      config: {
        api: { summary: 'Webhooks that were settled, newest first', answer, list: true, query: filters },
      },
    },
    async ({ query }) => {
      checkFilters(query, filters)
      const page = pageOf(query)
      const { deliveries, total } = await webhooks.list({
        format: telnyxFormat,
        status: statusesOf(query),
        events: textOf(query, 'filter[event_type]')?.split(','),
        payloadContains: textOf(query, 'filter[webhook][contains]'),
        attemptContains: textOf(query, 'filter[attempts][contains]'),
        startedFrom: timeOf(query, 'filter[started_at][gte]'),
        startedTo: timeOf(query, 'filter[started_at][lte]'),
        finishedFrom: timeOf(query, 'filter[finished_at][gte]'),
        finishedTo: timeOf(query, 'filter[finished_at][lte]'),
        page: page.number,
        pageSize: page.size,
      })
      return pageWith(
        deliveries.map((delivery) => shown(delivery, userId)),
        total,
        page,
      )
    },
  )
  app.get<{ Params: { id: string } }>(
    '/webhook_deliveries/:id',
    { config: { api: { summary: 'One webhook', answer } } },
    async ({ params }) => {
      const { deliveries } = await webhooks.list({ id: params.id, format: telnyxFormat, status: settled })
      return { data: shown(deliveries[0] ?? refuse('10005'), userId) }
    },
  )
}

const settled = ['delivered', 'failed'] as const

function statusesOf(query: Query): readonly ('delivered' | 'failed')[] {
  const name = 'filter[status][eq]'
  const wanted = textOf(query, name)
  if (wanted === undefined) return settled
  const status = settled.find((status) => status === wanted)
  if (status) return [status]
  throw new ApiError({
    code: '10032',
    detail: 'The value must be one of: delivered, failed.',
    parameter: name,
  })
}

function timeOf(query: Query, name: string): number | undefined {
  const text = textOf(query, name)
  if (text === undefined) return undefined
  const time = Date.parse(text)
  if (Number.isFinite(time)) return time
  throw new ApiError({ code: '10027', detail: 'The value must be an ISO 8601 time.', parameter: name })
}

function shown(delivery: DeliveryRecord, userId: string): object {
  return {
    record_type: 'webhook_delivery',
    id: delivery.id,
    user_id: userId,
    status: delivery.status,
    webhook: delivery.payload,
    ...(delivery.startedAt !== null && { started_at: isoMillis(delivery.startedAt) }),
    ...(delivery.finishedAt !== null && { finished_at: isoMillis(delivery.finishedAt) }),
    attempts: delivery.attempts.map(shownAttempt),
  }
}

function shownAttempt({ status, startedAt, finishedAt, request, response, error }: WebhookAttempt): object {
  return {
    status,
    started_at: isoMillis(startedAt),
    finished_at: isoMillis(finishedAt),
    http: { request: { url: request.url, headers: request.headers }, ...(response && { response }) },
    ...(error && { errors: [errorCodes[error.kind]] }),
  }
}
