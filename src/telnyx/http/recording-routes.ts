import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { refuse } from '../errors/index.js'
import type { RecordingArchive, StoredRecording } from '../resources/recordings.js'
import { recording as answer } from '../schemas/answers.js'
import { isoMillis } from '../time.js'
import './api-description.js'
import { type Filters, filtered } from './filters.js'
import { paged, pageOf, type Query } from './page.js'

interface ById {
  readonly Params: { readonly id: string }
}

const filters: Filters<StoredRecording> = {
  'filter[call_control_id]': ({ callControlId }, wanted) => callControlId === wanted,
  'filter[call_leg_id]': ({ callLegId }, wanted) => callLegId === wanted,
  'filter[call_session_id]': ({ callSessionId }, wanted) => callSessionId === wanted,
  'filter[created_at][gte]': ({ endedAt }, wanted) => endedAt >= Date.parse(wanted),
  'filter[created_at][lte]': ({ endedAt }, wanted) => endedAt <= Date.parse(wanted),
  'filter[start_time][gte]': ({ startedAt }, wanted) => startedAt >= Date.parse(wanted),
  'filter[start_time][lte]': ({ startedAt }, wanted) => startedAt <= Date.parse(wanted),
  'filter[end_time][gte]': ({ endedAt }, wanted) => endedAt >= Date.parse(wanted),
  'filter[end_time][lte]': ({ endedAt }, wanted) => endedAt <= Date.parse(wanted),
}

/** Recordings; the addresses they tell are good for ten minutes. */
export function recordingRoutes(app: FastifyInstance, archive: RecordingArchive): void {
  const shown = (recording: StoredRecording): object => ({
    record_type: 'recording',
    id: recording.id,
    call_control_id: recording.callControlId,
    call_leg_id: recording.callLegId,
    call_session_id: recording.callSessionId,
    channels: recording.channels,
    source: 'call',
    status: 'completed',
    duration_millis: Math.round(recording.durationMs),
    recording_started_at: isoMillis(recording.startedAt),
    recording_ended_at: isoMillis(recording.endedAt),
    created_at: isoMillis(recording.endedAt),
    updated_at: isoMillis(recording.endedAt),
    download_urls: archive.urlsOf(recording.id, recording.format),
  })
  app.get<{ Querystring: Query }>(
    '/recordings',
    {
      config: {
        api: { summary: 'Recordings, newest first', answer, list: true, query: Object.keys(filters) },
      },
    },
    async ({ query }) => paged(filtered(archive.list(), query, filters).map(shown), pageOf(query)),
  )
  app.get<ById>(
    '/recordings/:id',
    { config: { api: { summary: 'One recording', answer } } },
    async ({ params }) => ({
      data: shown(archive.get(params.id) ?? refuse('10005')),
    }),
  )
  app.delete<ById>(
    '/recordings/:id',
    { config: { api: { summary: 'Delete a recording', answer } } },
    async ({ params }) => {
      const gone = archive.get(params.id) ?? refuse('10005')
      const data = shown(gone)
      await archive.delete(params.id)
      return { data }
    },
  )
}

/** The files themselves, below `recordingsPath`, for whoever has an address of theirs. */
export function recordingFiles(app: FastifyInstance, archive: RecordingArchive): void {
  app.get<{ Params: { file: string }; Querystring: { expires?: string; signature?: string } }>(
    '/:file',
    async ({ params, query }, reply) => {
      const { expires = '', signature = '' } = query
      const recording = archive.get(params.file.replace(/\.\w+$/, ''))
      if (!recording || !archive.admits(params.file, String(expires), String(signature))) refuse('10005')
      const path = archive.pathOf(recording.id, recording.format)
      const { size } = await stat(path).catch(() => refuse('10005'))
      return reply
        .type(recording.format === 'wav' ? 'audio/wav' : 'audio/mpeg')
        .header('content-length', size)
        .header('content-disposition', `inline; filename="${fileName(recording)}"`)
        .send(createReadStream(path))
    },
  )
}

/** The app chose a part of it: only what needs no quoting stays. */
function fileName({ name, format }: StoredRecording): string {
  return `${name.replace(/[^\w.-]/g, '_')}.${format}`
}
