import type { Clock } from '../../base/clock.js'
import type { CallControl, Recording } from '../../calls/index.js'
import type { RecordingArchive } from '../resources/recordings.js'
import type { RecordingRequest } from '../schemas/recording.js'
import { isoMicros } from '../time.js'
import type { Publish } from './events.js'

/** Length of the sound that tells a party that it is recorded from now on. */
const beepMs = 500

/** The recordings of a call under way. */
export class CallRecordings {
  private readonly running = new Map<string, Recording>()

  constructor(
    private readonly call: CallControl,
    private readonly clock: Clock,
    private readonly archive: RecordingArchive,
    private readonly publish: Publish,
  ) {}

  start(request: RecordingRequest, id: string): void {
    if (request.play_beep) this.call.announce({ kind: 'beep', durationMs: beepMs })
    const startedAt = this.clock.now()
    const path = this.archive.pathOf(id, request.format)
    const recording = this.call.record(
      {
        path,
        format: request.format,
        channels: request.recording_track === 'both' ? request.channels : 'single',
        track: request.recording_track,
        maxMs: request.max_length * 1000,
        silenceMs: request.timeout_secs * 1000,
        trim: request.trim !== undefined,
      },
      id,
    )
    this.running.set(id, recording)
    recording.ended.then(({ end, durationMs, detail }) => {
      this.running.delete(id)
      if (end === 'failed') return this.failed(id, detail)
      const endedAt = this.clock.now()
      return this.saved(request, { id, startedAt, endedAt, durationMs })
    })
  }

  /** @param id one of them; all of them where undefined. The same below. */
  stop(id: string | undefined): void {
    for (const recording of this.chosen(id)) recording.stop()
  }

  pause(id: string | undefined, paused: boolean): void {
    for (const recording of this.chosen(id)) recording.pause(paused)
  }

  private chosen(id: string | undefined): Recording[] {
    return [...this.running]
      .filter(([key]) => id === undefined || id === key)
      .map(([, recording]) => recording)
  }

  private async saved(
    request: RecordingRequest,
    {
      id,
      startedAt,
      endedAt,
      durationMs,
    }: { id: string; startedAt: number; endedAt: number; durationMs: number },
  ): Promise<void> {
    const { callControlId, callLegId, callSessionId } = this.call.identity
    const name = request.custom_file_name ?? callLegId
    const stored = await this.archive.add({
      id,
      format: request.format,
      channels: request.channels,
      name: `${name}-${Math.floor(startedAt / 1000)}`,
      callControlId,
      callLegId,
      callSessionId,
      startedAt,
      endedAt,
      durationMs,
    })
    if (!stored) return this.failed(id, 'The recording could not be written down.')
    this.publish('call.recording.saved', {
      recording_id: id,
      channels: request.channels,
      format: request.format,
      duration_millis: Math.round(durationMs),
      recording_started_at: isoMicros(startedAt),
      recording_ended_at: isoMicros(endedAt),
      recording_urls: this.archive.urlsOf(id, request.format),
      public_recording_urls: {},
    })
  }

  private failed(id: string, detail: string): void {
    this.publish('call.recording.error', {
      recording_id: id,
      reason: 'Internal server error',
      reason_detail: detail,
    })
  }
}
