import type { Clock } from '../../base/clock.js'
import type { CallControl } from '../../calls/index.js'
import type { RecordingFacts, RecordingResult, RecordingShelf, ShelvedRecording } from '../../twiml/index.js'
import type { RecordingArchive } from '../resources/recordings.js'

/** Puts what documents record among the recordings of the API. */
export class TexmlShelf implements RecordingShelf {
  private readonly begun = new Map<string, { call: CallControl; facts: RecordingFacts; startedAt: number }>()

  constructor(
    private readonly archive: RecordingArchive,
    private readonly clock: Clock,
    private readonly uuid: () => string,
  ) {}

  begin(call: CallControl, facts: RecordingFacts): ShelvedRecording {
    const sid = this.uuid()
    this.begun.set(sid, { call, facts, startedAt: this.clock.now() })
    const url = this.archive.urlsOf(sid, 'wav')['wav']!
    return { sid, path: this.archive.pathOf(sid, 'wav'), format: 'wav', url }
  }

  ended(sid: string, { durationMs, failed }: RecordingResult): void {
    const recording = this.begun.get(sid)
    this.begun.delete(sid)
    if (!recording || failed) return
    const { call, facts, startedAt } = recording
    const { callControlId, callLegId, callSessionId } = call.identity
    void this.archive.add({
      ...{ id: sid, name: sid, callControlId, callLegId, callSessionId, startedAt, durationMs },
      format: 'wav',
      channels: facts.channels === 2 ? 'dual' : 'single',
      endedAt: this.clock.now(),
    })
  }
}
