import type { CallRecord, SessionRecord } from './records.js'

/** A record as stored: objects are JSON text. */
type Stored<Row, Json extends keyof Row> = Omit<Row, Json> & {
  [Column in Json]: Row[Column] extends infer Value ? (null extends Value ? string | null : string) : never
}

/** The tables, by the names the queries use; the columns are their snake_case. */
export interface Schema {
  calls: Stored<CallRecord, 'quality'>
  sessions: Stored<SessionRecord, 'settings'>
  timelineEvents: {
    readonly sessionId: string
    readonly sequenceNumber: number
    /** ms since the Unix epoch, with fractions. */
    readonly atMs: number
    readonly name: string
    /** JSON object. */
    readonly data: string
  }
}

export function toCall(row: Schema['calls']): CallRecord {
  return { ...row, quality: row.quality === null ? null : JSON.parse(row.quality) }
}

export function toSession(row: Schema['sessions']): SessionRecord {
  return { ...row, settings: JSON.parse(row.settings) }
}
