import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import { migrate } from './migrations.js'
import type { Schema } from './schema.js'

/** Where the records are kept. PostgreSQL will be another variant of this, and another dialect below. */
export interface DatabaseOptions {
  /** Path of the SQLite file; its folder is made when missing. */
  readonly file: string
  /** Reads what another process writes: no file is made, nothing is migrated. */
  readonly readonly?: boolean
}

/**
 * Opens the database with its schema up to date.
 *
 * WAL with `synchronous = NORMAL`: readers never wait for the writer, a committed transaction survives the death
 * of the process, and losing power costs at most the last transactions, never the database
 * (https://sqlite.org/wal.html, "Performance Considerations").
 */
export async function openDatabase({ file, readonly = false }: DatabaseOptions): Promise<Kysely<Schema>> {
  if (!readonly) mkdirSync(dirname(file), { recursive: true })
  const sqlite = new SqliteDatabase(file, { readonly, fileMustExist: readonly, timeout: 5000 })
  try {
    if (!readonly) {
      sqlite.pragma('journal_mode = WAL')
      sqlite.pragma('synchronous = NORMAL')
    }
    const db = new Kysely<Schema>({
      dialect: new SqliteDialect({ database: sqlite }),
      plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    })
    if (!readonly) await migrate(db.withoutPlugins())
    return db
  } catch (error) {
    sqlite.close()
    throw error
  }
}
