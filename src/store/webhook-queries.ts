import { type ExpressionBuilder, type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { type Schema, toDelivery, toPendingWebhook } from './schema.js'
import type {
  Backlog,
  DeliveryFilter,
  DeliveryPage,
  PendingFilter,
  PendingWebhook,
} from './webhook-records.js'

/** The receivers that have webhooks pending. */
export async function webhookBacklogs(db: Kysely<Schema>): Promise<Backlog[]> {
  return db
    .selectFrom('webhooks')
    .select(({ fn }) => ['receiver', fn.max('sequence').as('last')])
    .where('status', '=', 'pending')
    .groupBy('receiver')
    .execute()
}

/** Pending webhooks of a receiver, in order. */
export async function pendingWebhooks(
  db: Kysely<Schema>,
  { receiver, after, limit }: PendingFilter,
): Promise<PendingWebhook[]> {
  const rows = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('status', '=', 'pending')
    .where('receiver', '=', receiver)
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute()
  return rows.map(toPendingWebhook)
}

/** A page of deliveries, newest first, with all their attempts. */
export async function listDeliveries(db: Kysely<Schema>, filter: DeliveryFilter): Promise<DeliveryPage> {
  const pageSize = Math.min(Math.max(1, Math.trunc(filter.pageSize ?? 20)), 1000)
  const page = Math.max(1, Math.trunc(filter.page ?? 1))
  const matching = narrowed(db.selectFrom('webhooks'), filter)
  const { total } = await matching
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .selectAll()
    .orderBy('createdAt', 'desc')
    .orderBy('sequence', 'desc')
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute()
  const attempts = await db
    .selectFrom('webhookAttempts')
    .selectAll()
    .where(
      'webhookId',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('attempt', 'desc')
    .orderBy('step', 'desc')
    .execute()
  const deliveries = rows.map((row) =>
    toDelivery(
      row,
      attempts.filter((attempt) => attempt.webhookId === row.id),
    ),
  )
  return { deliveries, total: Number(total) }
}

function narrowed(
  query: SelectQueryBuilder<Schema, 'webhooks', object>,
  filter: DeliveryFilter,
): SelectQueryBuilder<Schema, 'webhooks', object> {
  const { id, status, format, queue, events, payloadContains, attemptContains } = filter
  return query.where((where) =>
    where.and([
      ...(id === undefined ? [] : [where('id', '=', id)]),
      ...(status ? [where('status', 'in', status)] : []),
      ...(format === undefined ? [] : [where('format', '=', format)]),
      ...(queue === undefined ? [] : [where('queue', '=', queue)]),
      ...(events ? [where('event', 'in', events)] : []),
      ...(payloadContains === undefined ? [] : [contains('payload', payloadContains)]),
      ...(attemptContains === undefined ? [] : [attempted(where, attemptContains)]),
      ...(filter.startedFrom === undefined ? [] : [where('startedAt', '>=', filter.startedFrom)]),
      ...(filter.startedTo === undefined ? [] : [where('startedAt', '<=', filter.startedTo)]),
      ...(filter.finishedFrom === undefined ? [] : [where('finishedAt', '>=', filter.finishedFrom)]),
      ...(filter.finishedTo === undefined ? [] : [where('finishedAt', '<=', filter.finishedTo)]),
    ]),
  )
}

function attempted(where: ExpressionBuilder<Schema, 'webhooks'>, text: string) {
  return where.exists(
    where
      .selectFrom('webhookAttempts')
      .select('webhookId')
      .whereRef('webhookAttempts.webhookId', '=', 'webhooks.id')
      .where(contains('data', text)),
  )
}

function contains(column: string, text: string) {
  return sql<boolean>`${sql.ref(column)} like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`
}
