import type { Kysely } from 'kysely'
import type { Schema } from './schema.js'

/** A call's media in figures at one moment of it, since its beginning. */
export interface CallMetric {
  /** ms since the Unix epoch. */
  readonly at: number
  readonly quality: Readonly<Record<string, unknown>>
}

/** A call's figures in order of time. */
export async function listCallMetrics(db: Kysely<Schema>, callSid: string): Promise<CallMetric[]> {
  const rows = await db
    .selectFrom('callMetrics')
    .select(['atMs', 'quality'])
    .where('callSid', '=', callSid)
    .orderBy('atMs')
    .execute()
  return rows.map(({ atMs, quality }) => ({ at: atMs, quality: JSON.parse(quality) }))
}
