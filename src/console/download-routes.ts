import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { TimelineEvent } from '../session/index.js'
import type { CallRecord } from '../store/index.js'
import { peaksOf } from './audio/audio-routes.js'
import { peaksPerSecond } from './audio/peaks.js'
import { recordingOf } from './audio/recording-file.js'
import { callNamed, tracesOf } from './call-routes.js'
import type { ConsoleParts } from './parts.js'
import { type TarEntry, tar, tarBytes } from './tar.js'

/** Version of the archive's form: consoles open this one and those before it. */
const archiveVersion = 1
/** Events read from the records at a time. */
const eventsAtOnce = 5000

interface ById {
  Params: { id: string }
}

/** A call as one file: everything that its page shows. */
export function downloadRoutes(parts: ConsoleParts): void {
  const { app, guard, store, clock, version } = parts

  app.get<ById>('/api/calls/:id/download', { preHandler: guard }, async (request, reply) => {
    const call = await callNamed(store, request.params.id)
    const seconds = clock.now() / 1000
    const entries = await entriesOf(parts, call, { version, at: new Date(seconds * 1000).toISOString() })
    reply
      .type('application/x-tar')
      .header('content-disposition', `attachment; filename="${call.callSid}.parley.tar"`)
      .header('content-length', tarBytes(entries))
    return reply.send(Readable.from(tar(entries, seconds), { objectMode: false }))
  })
}

async function entriesOf(
  { store }: ConsoleParts,
  call: CallRecord,
  { version, at }: { readonly version: string; readonly at: string },
): Promise<TarEntry[]> {
  const sessions = await store.getSessions(call.callSid)
  const timeline: TimelineEvent[] = []
  for (const { sessionId } of sessions) await readEvents(store, sessionId, timeline)
  const recording = await recordingOf(call)
  const traces = await tracesOf(store, call)
  const frames = timeline.filter(({ name }) => name === 'frame_sent' || name === 'frame_received')
  const manifest = { format: 'parley-call', version: archiveVersion, parley: version, madeAt: at }
  const entries = [
    json('manifest.json', { ...manifest, callSid: call.callSid }),
    json('call.json', { call, sessions, recording: recording?.facts ?? null }),
    json('timeline.json', timeline),
    json('frames.json', frames),
    json('traces.json', traces),
  ]
  if (!recording) return entries
  const peaks = { perSecond: peaksPerSecond, ...(await peaksOf(recording)) }
  const { bytes } = recording.facts
  const content = partOf(recording.path, bytes)
  return [...entries, json('peaks.json', peaks), { name: 'audio.wav', bytes, content }]
}

/** The beginning of a file, which is opened when it is wanted: a reader may be gone before. */
async function* partOf(path: string, bytes: number): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { end: bytes - 1 })
}

async function readEvents(
  store: ConsoleParts['store'],
  sessionId: string,
  into: TimelineEvent[],
): Promise<void> {
  for (let after = 0; ; ) {
    const events = await store.getTimelinePage({ sessionId, after, limit: eventsAtOnce })
    into.push(...events)
    if (events.length < eventsAtOnce) return
    after = events.at(-1)!.sequenceNumber
  }
}

function json(name: string, value: unknown): TarEntry {
  const bytes = Buffer.from(JSON.stringify(value))
  return { name, bytes: bytes.length, content: [bytes] }
}
