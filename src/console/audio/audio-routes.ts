import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { ParleyError } from '../../base/errors.js'
import type { CallRecord } from '../../store/index.js'
import { callNamed } from '../call-routes.js'
import type { ConsoleParts } from '../parts.js'
import { checked } from '../query.js'
import { byteRange } from './byte-range.js'
import { PeakMeter, type Peaks, peaksPerSecond, readOn } from './peaks.js'
import { bytesOf, type RecordingFile, recordingOf } from './recording-file.js'

/** Recordings whose peaks are kept: those that are looked at. */
const mostKept = 20

/** ms of a recording that are asked for: one that grows has to end somewhere to be played. */
const query = z.object({ until: z.coerce.number().min(0).optional() })

interface ById {
  Params: { id: string }
}

/** The recording of a call, to be played and to be drawn. */
export function audioRoutes({ app, guard, store }: ConsoleParts): void {
  const options = { preHandler: guard }
  const kept = new KeptPeaks()

  app.get<ById>('/api/calls/:id/audio', options, async (request, reply) => {
    const { path, facts } = await recording(await callNamed(store, request.params.id))
    const { until } = checked(query, request.query)
    const size = until === undefined ? facts.bytes : Math.min(facts.bytes, bytesOf(until, facts))
    const range = byteRange(request.headers.range, size)
    reply.headers({ 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' }).type('audio/wav')
    if (range === 'unsatisfiable') return reply.status(416).header('content-range', `bytes */${size}`).send()
    const { first, last } = range ?? { first: 0, last: size - 1 }
    if (range) reply.status(206).header('content-range', `bytes ${first}-${last}/${size}`)
    reply.header('content-length', last - first + 1)
    return reply.send(createReadStream(path, { start: first, end: last }))
  })

  app.get<ById>('/api/calls/:id/peaks', options, async (request) => {
    const call = await callNamed(store, request.params.id)
    const file = await recording(call)
    return { perSecond: peaksPerSecond, ...(await kept.of(call, file)) }
  })
}

async function recording(call: CallRecord): Promise<RecordingFile> {
  const file = await recordingOf(call)
  if (!file) throw new ParleyError('recording_missing', `Call ${call.callSid} has no recording.`)
  return file
}

/** Peaks by recording; those of calls that are over are read once. */
class KeptPeaks {
  private readonly kept = new Map<string, Promise<Peaks>>()

  of({ endedAt }: CallRecord, file: RecordingFile): Promise<Peaks> {
    if (endedAt === null) return peaksOf(file)
    const known = this.kept.get(file.path)
    if (known) return known
    if (this.kept.size >= mostKept) this.kept.delete(this.kept.keys().next().value!)
    const reading = peaksOf(file)
    this.kept.set(file.path, reading)
    reading.catch(() => this.kept.delete(file.path))
    return reading
  }
}

export async function peaksOf({ path, facts }: RecordingFile): Promise<Peaks> {
  const meter = new PeakMeter(facts.sampleRate)
  await readOn(path, 0, meter)
  const { caller, agent } = meter
  return { caller, agent }
}
