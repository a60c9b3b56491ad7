import SqliteDatabase from 'better-sqlite3'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import { afterEach, expect, it } from 'vitest'
import { migrate } from '../../src/store/migrations.js'
import type { Schema } from '../../src/store/schema.js'

const sqlite = new SqliteDatabase(':memory:')
const db = new Kysely<Schema>({
  dialect: new SqliteDialect({ database: sqlite }),
  plugins: [new CamelCasePlugin()],
})

afterEach(() => db.destroy())

it('makes every table from empty, and does nothing the second time', async () => {
  await migrate(db.withoutPlugins())
  await migrate(db.withoutPlugins())
  const tables = sqlite
    .prepare("select name from sqlite_master where type = 'table' order by name")
    .pluck()
    .all()
  expect(tables).toEqual(expect.arrayContaining(['calls', 'sessions', 'timeline_events', 'webhooks']))
  const applied = sqlite.prepare('select name from kysely_migration').pluck().all()
  expect(applied).toEqual([
    '0001_calls_sessions_timeline',
    '0002_webhooks_command_results',
    '0003_calls_out',
    '0004_resources',
    '0005_call_log',
    '0006_conferences_metrics',
    '0007_flow_runs',
    '0008_turns_problems',
    '0009_answered_by',
    '0010_executions_of_calls',
  ])

  // The columns are those of the records: a row of each goes in and comes out whole.
  const event = { sessionId: 'VX1', sequenceNumber: 1, atMs: 1.5, name: 'dtmf', data: '{}' }
  await db.insertInto('timelineEvents').values(event).execute()
  expect(await db.selectFrom('timelineEvents').selectAll().execute()).toEqual([event])

  // A database of a newer version is refused, not guessed at.
  sqlite.prepare("insert into kysely_migration values ('9999_from_the_future', '')").run()
  await expect(migrate(db.withoutPlugins())).rejects.toThrow('9999_from_the_future')
})
