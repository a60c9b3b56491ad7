import { type Kysely, type Migration, type MigrationProvider, Migrator } from 'kysely'
import type { Schema } from './schema.js'

/**
 * Every change of the schema, in order of its number; one that has shipped is never edited.
 *
 * Only types that SQLite and PostgreSQL share: times are double precision because PostgreSQL's driver returns
 * bigint as text, and JSON is text because no query looks inside it.
 */
const migrations: Record<string, Migration> = {
  '0001_calls_sessions_timeline': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('calls')
        .addColumn('call_sid', 'text', (column) => column.primaryKey())
        .addColumn('call_control_id', 'text', (column) => column.notNull())
        .addColumn('call_session_id', 'text', (column) => column.notNull())
        .addColumn('call_leg_id', 'text', (column) => column.notNull())
        .addColumn('direction', 'text', (column) => column.notNull())
        .addColumn('from', 'text', (column) => column.notNull())
        .addColumn('to', 'text', (column) => column.notNull())
        .addColumn('dialled', 'text', (column) => column.notNull())
        .addColumn('caller_name', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('started_at', 'double precision', (column) => column.notNull())
        .addColumn('answered_at', 'double precision')
        .addColumn('ended_at', 'double precision')
        .addColumn('end_by', 'text')
        .addColumn('end_reason', 'text')
        .addColumn('sip_call_id', 'text', (column) => column.notNull())
        .addColumn('route', 'text', (column) => column.notNull())
        .addColumn('codec', 'text')
        .addColumn('recording_path', 'text')
        .addColumn('quality', 'text')
        .execute()
      await db.schema
        .createIndex('calls_started_at')
        .on('calls')
        .columns(['started_at', 'call_sid'])
        .execute()
      await db.schema.createIndex('calls_control_id').on('calls').column('call_control_id').execute()
      await db.schema.createIndex('calls_ended_at').on('calls').column('ended_at').execute()

      await db.schema
        .createTable('sessions')
        .addColumn('session_id', 'text', (column) => column.primaryKey())
        .addColumn('call_sid', 'text', (column) => column.notNull())
        .addColumn('dialect', 'text', (column) => column.notNull())
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('started_at', 'double precision', (column) => column.notNull())
        .addColumn('ended_at', 'double precision')
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('error_code', 'integer')
        .addColumn('error_message', 'text')
        .addColumn('handoff_data', 'text')
        .addColumn('settings', 'text', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('sessions_call_sid').on('sessions').column('call_sid').execute()
      await db.schema.createIndex('sessions_ended_at').on('sessions').column('ended_at').execute()

      await db.schema
        .createTable('timeline_events')
        .addColumn('session_id', 'text', (column) => column.notNull())
        .addColumn('sequence_number', 'integer', (column) => column.notNull())
        .addColumn('at_ms', 'double precision', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('timeline_events_pk', ['session_id', 'sequence_number'])
        .execute()
    },
  },
  '0002_webhooks_command_results': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('webhooks')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('sequence', 'double precision', (column) => column.notNull())
        .addColumn('queue', 'text', (column) => column.notNull())
        .addColumn('receiver', 'text', (column) => column.notNull())
        .addColumn('format', 'text', (column) => column.notNull())
        .addColumn('event', 'text', (column) => column.notNull())
        .addColumn('payload', 'text', (column) => column.notNull())
        .addColumn('targets', 'text', (column) => column.notNull())
        .addColumn('policy', 'text', (column) => column.notNull())
        .addColumn('created_at', 'double precision', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('next_attempt_at', 'double precision')
        .addColumn('started_at', 'double precision')
        .addColumn('finished_at', 'double precision')
        .execute()
      await db.schema
        .createIndex('webhooks_pending')
        .on('webhooks')
        .columns(['status', 'receiver', 'sequence'])
        .execute()
      await db.schema.createIndex('webhooks_created_at').on('webhooks').column('created_at').execute()
      await db.schema.createIndex('webhooks_finished_at').on('webhooks').column('finished_at').execute()
      await db.schema.createIndex('webhooks_queue').on('webhooks').column('queue').execute()

      await db.schema
        .createTable('webhook_attempts')
        .addColumn('webhook_id', 'text', (column) => column.notNull())
        .addColumn('attempt', 'integer', (column) => column.notNull())
        .addColumn('step', 'integer', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('webhook_attempts_pk', ['webhook_id', 'attempt', 'step'])
        .execute()

      await db.schema
        .createTable('command_results')
        .addColumn('call_control_id', 'text', (column) => column.notNull())
        .addColumn('command_id', 'text', (column) => column.notNull())
        .addColumn('status_code', 'integer', (column) => column.notNull())
        .addColumn('result', 'text', (column) => column.notNull())
        .addColumn('created_at', 'double precision', (column) => column.notNull())
        .addPrimaryKeyConstraint('command_results_pk', ['call_control_id', 'command_id'])
        .execute()
      await db.schema
        .createIndex('command_results_created_at')
        .on('command_results')
        .column('created_at')
        .execute()
    },
  },
  '0003_calls_out': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('calls').addColumn('parent_call_sid', 'text').execute()
      await db.schema.alterTable('calls').addColumn('end_cause', 'text').execute()
      await db.schema.alterTable('calls').addColumn('sip_status', 'integer').execute()
      await db.schema.createIndex('calls_parent_call_sid').on('calls').column('parent_call_sid').execute()
    },
  },
  '0004_resources': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('resources')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addColumn('created_at', 'double precision', (column) => column.notNull())
        .addPrimaryKeyConstraint('resources_pk', ['kind', 'id'])
        .execute()
    },
  },
  '0005_call_log': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('call_log')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('call_sid', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('created_at', 'double precision', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('call_log_call_sid')
        .on('call_log')
        .columns(['call_sid', 'kind', 'created_at'])
        .execute()
    },
  },
  '0006_conferences_metrics': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('conferences')
        .addColumn('sid', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('created_at', 'double precision', (column) => column.notNull())
        .addColumn('updated_at', 'double precision', (column) => column.notNull())
        .addColumn('end_reason', 'text')
        .addColumn('ended_by', 'text')
        .execute()
      await db.schema
        .createIndex('conferences_created_at')
        .on('conferences')
        .columns(['created_at', 'sid'])
        .execute()
      await db.schema.createIndex('conferences_name').on('conferences').column('name').execute()

      await db.schema
        .createTable('call_metrics')
        .addColumn('call_sid', 'text', (column) => column.notNull())
        .addColumn('at_ms', 'double precision', (column) => column.notNull())
        .addColumn('quality', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('call_metrics_pk', ['call_sid', 'at_ms'])
        .execute()
      await db.schema.alterTable('calls').addColumn('ringing_at', 'double precision').execute()
    },
  },
  '0007_flow_runs': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('flow_executions')
        .addColumn('sid', 'text', (column) => column.primaryKey())
        .addColumn('flow_sid', 'text', (column) => column.notNull())
        .addColumn('flow_revision', 'integer', (column) => column.notNull())
        .addColumn('contact_sid', 'text', (column) => column.notNull())
        .addColumn('contact_channel_address', 'text', (column) => column.notNull())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('initiated_by', 'text', (column) => column.notNull())
        .addColumn('call_sid', 'text')
        .addColumn('context', 'text', (column) => column.notNull())
        .addColumn('end_reason', 'text')
        .addColumn('created_at', 'double precision', (column) => column.notNull())
        .addColumn('updated_at', 'double precision', (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('flow_executions_flow_sid')
        .on('flow_executions')
        .columns(['flow_sid', 'created_at'])
        .execute()
      await db.schema
        .createTable('flow_steps')
        .addColumn('sid', 'text', (column) => column.primaryKey())
        .addColumn('execution_sid', 'text', (column) => column.notNull())
        .addColumn('flow_sid', 'text', (column) => column.notNull())
        .addColumn('parent_step_sid', 'text')
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('sequence', 'integer', (column) => column.notNull())
        .addColumn('transitioned_from', 'text', (column) => column.notNull())
        .addColumn('transitioned_to', 'text', (column) => column.notNull())
        .addColumn('context', 'text', (column) => column.notNull())
        .addColumn('created_at', 'double precision', (column) => column.notNull())
        .execute()
      await db.schema
        .createIndex('flow_steps_execution_sid')
        .on('flow_steps')
        .columns(['execution_sid', 'sequence'])
        .execute()
    },
  },
  '0008_turns_problems': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('calls').addColumn('problems', 'text').execute()
      await db.schema
        .createTable('turns')
        .addColumn('session_id', 'text', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('call_sid', 'text', (column) => column.notNull())
        .addColumn('app', 'text', (column) => column.notNull())
        .addColumn('stt', 'text', (column) => column.notNull())
        .addColumn('tts', 'text', (column) => column.notNull())
        .addColumn('voice', 'text', (column) => column.notNull())
        .addColumn('language', 'text', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('speech_ended_at', 'double precision', (column) => column.notNull())
        .addColumn('prompt_at', 'double precision', (column) => column.notNull())
        .addColumn('first_token_at', 'double precision')
        .addColumn('first_audio_at', 'double precision')
        .addPrimaryKeyConstraint('turns_pk', ['session_id', 'number'])
        .execute()
      await db.schema.createIndex('turns_prompt_at').on('turns').column('prompt_at').execute()
      await db.schema
        .createIndex('call_log_created_at')
        .on('call_log')
        .columns(['kind', 'created_at'])
        .execute()
    },
  },
  '0009_answered_by': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('calls').addColumn('answered_by', 'text').execute()
    },
  },
  '0010_executions_of_calls': {
    async up(db: Kysely<unknown>) {
      const index = db.schema.createIndex('flow_executions_call_sid')
      await index.on('flow_executions').column('call_sid').execute()
    },
  },
}

const provider: MigrationProvider = { getMigrations: async () => migrations }

/**
 * Brings the schema up to date; does nothing where it is.
 *
 * @throws whatever the database says, among it that it was written by a newer version
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error) throw error
}
