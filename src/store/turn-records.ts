import type { Kysely } from 'kysely'
import type { StoreAccess } from './port.js'
import type { Schema } from './schema.js'

/** One turn of a session: what the caller said, and how long the answer took. Times are ms since the Unix epoch. */
export interface TurnRecord {
  readonly sessionId: string
  /** Counts from 1 within the session. */
  readonly number: number
  readonly callSid: string
  /** The app's WebSocket. */
  readonly app: string
  /** Engines by the names that settings use, and the voice; '' where the default was left to choose. */
  readonly stt: string
  readonly tts: string
  readonly voice: string
  readonly language: string
  readonly text: string
  readonly speechEndedAt: number
  readonly promptAt: number
  /** Null where the app did not answer, or not in time. */
  readonly firstTokenAt: number | null
  /** Null where nothing of the answer was heard. */
  readonly firstAudioAt: number | null
}

/** Which turns to read; the latest of them, newest first. */
export interface TurnFilter {
  /** ms since the Unix epoch: prompts at or after, and before. */
  readonly from?: number | undefined
  readonly before?: number | undefined
  readonly limit: number
}

/** The turns of all sessions. Adding never waits and never throws; lists see what was added before. */
export class TurnRecords {
  constructor(private readonly store: StoreAccess) {}

  add(turn: TurnRecord): void {
    this.store.add({ kind: 'insertTurn', row: turn })
  }

  list(filter: TurnFilter): Promise<TurnRecord[]> {
    return this.store.query('turns', filter)
  }
}

export async function insertTurn(db: Kysely<Schema>, row: TurnRecord): Promise<void> {
  await db
    .insertInto('turns')
    .values(row)
    .onConflict((conflict) => conflict.columns(['sessionId', 'number']).doUpdateSet(row))
    .execute()
}

export async function listTurns(
  db: Kysely<Schema>,
  { from, before, limit }: TurnFilter,
): Promise<TurnRecord[]> {
  let query = db.selectFrom('turns').selectAll().orderBy('promptAt', 'desc').limit(limit)
  if (from !== undefined) query = query.where('promptAt', '>=', from)
  if (before !== undefined) query = query.where('promptAt', '<', before)
  return query.execute()
}
