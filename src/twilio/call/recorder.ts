import type { Clock } from '../../base/clock.js'
import type { CallControl, Recording } from '../../calls/index.js'
import { type Callback, timestamp } from '../../twiml/index.js'
import type { Recordings } from '../resources/recordings.js'
import type { Method } from '../resources/voice.js'

export type RecordingEvent = 'in-progress' | 'completed' | 'absent'

/** A recording that the API asks for. */
export interface RecordingWish {
  /** What made it, in Twilio's words: `OutboundAPI`, `StartCallRecordingAPI`. */
  readonly source: string
  readonly channels: 1 | 2
  readonly track: 'inbound' | 'outbound' | 'both'
  readonly trim: boolean
  readonly callback:
    | { readonly url: string; readonly method: Method; readonly events: readonly RecordingEvent[] }
    | undefined
}

interface Running {
  readonly call: CallControl
  readonly recording: Recording
  /** Resolves when it is over and written down. */
  readonly over: Promise<void>
}

/** Recordings that the API started and that go on. */
export class Recorder {
  /** By SID, the latest last. */
  private readonly running = new Map<string, Running>()

  constructor(
    private readonly recordings: Recordings,
    private readonly clock: Clock,
    private readonly notify: (callback: Callback) => void,
  ) {}

  /** @returns its SID */
  start(call: CallControl, wish: RecordingWish): string {
    const { source, channels, track, trim } = wish
    const shelved = this.recordings.begin(call, { source, channels, track })
    const { sid, path, format } = shelved
    const startedAt = this.clock.now()
    const layout = channels === 1 ? 'single' : 'dual'
    const recording = call.record(
      { path, format, channels: layout, track, maxMs: 0, silenceMs: 0, trim },
      sid,
    )
    const tell = (status: RecordingEvent, durationMs?: number): void => {
      const { callback } = wish
      if (!callback?.events.includes(status)) return
      this.notify({
        call,
        event: `recording-${status}`,
        url: callback.url,
        method: callback.method,
        parameters: {
          AccountSid: call.facts.accountSid,
          CallSid: call.identity.callSid,
          RecordingSid: sid,
          RecordingUrl: shelved.url,
          RecordingStatus: status,
          RecordingChannels: String(channels),
          RecordingStartTime: timestamp(startedAt),
          RecordingSource: source,
          RecordingTrack: track,
          ...(durationMs !== undefined && { RecordingDuration: String(Math.round(durationMs / 1000)) }),
          ErrorCode: '0',
        },
      })
    }
    recording.started.then(() => {
      if (this.running.has(sid)) tell('in-progress')
    })
    const over = recording.ended.then(({ end, durationMs, bytes }) => {
      this.running.delete(sid)
      const failed = end === 'failed' || durationMs === 0
      this.recordings.ended(sid, { durationMs, bytes, failed })
      tell(failed ? 'absent' : 'completed', durationMs)
    })
    this.running.set(sid, { call, recording, over })
    return sid
  }

  /** SID of a call's latest recording that goes on, which the API calls `Twilio.CURRENT`. */
  current(callSid: string): string | undefined {
    return [...this.running].findLast(([, { call }]) => call.identity.callSid === callSid)?.[0]
  }

  /** Resolves when it is over. @returns undefined where it does not go on */
  stop(sid: string): Promise<void> | undefined {
    const running = this.running.get(sid)
    running?.recording.stop()
    return running?.over
  }

  /** @returns whether it goes on */
  pause(sid: string, paused: boolean): boolean {
    const running = this.running.get(sid)
    running?.recording.pause(paused)
    if (running) this.recordings.paused(sid, paused)
    return running !== undefined
  }
}
