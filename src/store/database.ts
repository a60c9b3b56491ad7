import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { CamelCasePlugin, Kysely, type SqliteDatabase as KyselySqlite, SqliteDialect } from 'kysely'
import { migrate } from './migrations.js'
import type { Schema } from './schema.js'

/** Where the records are kept. PostgreSQL will be another variant of this, and another dialect below. */
export interface DatabaseOptions {
  /** Path of the SQLite file; its folder is made when missing. */
  readonly file: string
  /** Reads what another process writes: no file is made, nothing is migrated. */
  readonly readonly?: boolean
}

/** Pages of 4 KiB in the write-ahead log before they are moved to the database: 16 MiB. */
const pagesBetweenCheckpoints = 4096

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
      // Each batch touches pages of every live call: written back to the file now and then, not at every turn.
      sqlite.pragma(`wal_autocheckpoint = ${pagesBetweenCheckpoints}`)
      sqlite.pragma('temp_store = MEMORY')
    }
    const db = new Kysely<Schema>({
      dialect: new SqliteDialect({ database: preparedOnce(sqlite) }),
      plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    })
    if (!readonly) await migrate(db.withoutPlugins())
    return db
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** Statements kept. Each is the text of one place in the code, nearly always. */
const STATEMENTS_KEPT = 200

/** Compiles each statement once; Kysely would at every use. Of statements past the bound, the oldest is forgotten. */
function preparedOnce(sqlite: SqliteDatabase.Database): KyselySqlite {
  const known = new Map<string, SqliteDatabase.Statement>()
  return {
    close: () => sqlite.close(),
    prepare(text) {
      const old = known.get(text)
      if (old) return old
      const statement = sqlite.prepare(text)
      if (known.size >= STATEMENTS_KEPT) known.delete(known.keys().next().value!)
      known.set(text, statement)
      return statement
    },
  }
}
