import type { Kysely } from 'kysely'
import type { StoreAccess } from './port.js'
import type { Schema } from './schema.js'

/** Something that was made through an API and is kept until it is deleted there: an application, a secret, a number. */
export interface Resource {
  /** Unique among those of its kind. */
  readonly id: string
  /** Plain JSON; what is in it is its kind's business. */
  readonly value: Readonly<Record<string, unknown>>
  /** ms since the Unix epoch. */
  readonly createdAt: number
}

/** Names one of a kind: `telnyx.application` … */
export interface ResourceKey {
  readonly kind: string
  readonly id: string
}

/** What was made through the APIs. Changes are in the database when they resolve. */
export class Resources {
  constructor(private readonly store: StoreAccess) {}

  /** Makes or replaces. @throws ParleyError `store_failed` */
  async put(kind: string, { id, value, createdAt }: Resource): Promise<void> {
    await this.store.query('putResource', { kind, id, value: this.store.json(value) ?? '{}', createdAt })
  }

  /** @throws ParleyError `store_failed` */
  async delete(kind: string, id: string): Promise<void> {
    await this.store.query('deleteResource', { kind, id })
  }

  /** @throws ParleyError `store_failed` */
  get(kind: string, id: string): Promise<Resource | undefined> {
    return this.store.query('resource', { kind, id })
  }

  /** All of a kind in the order in which they were made. @throws ParleyError `store_failed` */
  list(kind: string): Promise<Resource[]> {
    return this.store.query('resources', kind)
  }
}

export async function putResource(db: Kysely<Schema>, row: Schema['resources']): Promise<void> {
  const { value } = row
  await db
    .insertInto('resources')
    .values(row)
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet({ value }))
    .execute()
}

export async function deleteResource(db: Kysely<Schema>, { kind, id }: ResourceKey): Promise<void> {
  await db.deleteFrom('resources').where('kind', '=', kind).where('id', '=', id).execute()
}

export async function getResource(
  db: Kysely<Schema>,
  { kind, id }: ResourceKey,
): Promise<Resource | undefined> {
  const row = await db
    .selectFrom('resources')
    .select(['id', 'value', 'createdAt'])
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { ...row, value: JSON.parse(row.value) }
}

export async function listResources(db: Kysely<Schema>, kind: string): Promise<Resource[]> {
  const rows = await db
    .selectFrom('resources')
    .select(['id', 'value', 'createdAt'])
    .where('kind', '=', kind)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, value: JSON.parse(row.value) }))
}
