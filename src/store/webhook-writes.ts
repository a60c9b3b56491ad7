import type { Kysely } from 'kysely'
import type { Schema } from './schema.js'
import type { Retention } from './webhook-records.js'

export type WebhookWrite =
  | { readonly kind: 'insertWebhook'; readonly row: Schema['webhooks'] }
  | {
      readonly kind: 'webhookAttempted'
      readonly id: string
      readonly attempts: readonly Schema['webhookAttempts'][]
      readonly changes: Partial<Schema['webhooks']>
    }
  | { readonly kind: 'pruneWebhooks'; readonly retention: Retention }

export async function applyWebhookWrite(db: Kysely<Schema>, write: WebhookWrite): Promise<void> {
  switch (write.kind) {
    case 'insertWebhook':
      await db
        .insertInto('webhooks')
        .values(write.row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
      return
    case 'webhookAttempted':
      for (const row of write.attempts) {
        await db
          .insertInto('webhookAttempts')
          .values(row)
          .onConflict((conflict) => conflict.columns(['webhookId', 'attempt', 'step']).doUpdateSet(row))
          .execute()
      }
      await db.updateTable('webhooks').set(write.changes).where('id', '=', write.id).execute()
      return
    case 'pruneWebhooks':
      await prune(db, write.retention)
  }
}

async function prune(db: Kysely<Schema>, { finishedFrom, atMost }: Retention): Promise<void> {
  const surplus = await db
    .selectFrom('webhooks')
    .select('finishedAt')
    .where('finishedAt', 'is not', null)
    .orderBy('finishedAt', 'desc')
    .offset(atMost)
    .limit(1)
    .executeTakeFirst()
  const upTo = surplus?.finishedAt ?? Number.NEGATIVE_INFINITY
  const expired = db
    .selectFrom('webhooks')
    .select('id')
    .where((where) => where.or([where('finishedAt', '<', finishedFrom), where('finishedAt', '<=', upTo)]))
  await db.deleteFrom('webhookAttempts').where('webhookId', 'in', expired).execute()
  await db.deleteFrom('webhooks').where('id', 'in', expired).execute()
}
