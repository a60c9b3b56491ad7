import type { CallControl } from '../../calls/index.js'
import { type StartedRecording, seconds, type Twiml } from '../../twiml/index.js'
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

/** Starts the recordings that the API asks for. */
export class Recorder {
  /** Those that were asked for together with their call. */
  private readonly ofCalls = new WeakMap<CallControl, StartedRecording>()

  constructor(private readonly twiml: Pick<Twiml, 'record'>) {}

  /** @returns its SID */
  start(call: CallControl, wish: RecordingWish): string {
    return this.begin(call, wish).sid
  }

  /** Starts one whose result is told with the call's end. */
  startWithCall(call: CallControl, wish: RecordingWish): void {
    this.ofCalls.set(call, this.begin(call, wish))
  }

  /** What a call's end is told with: the recording that was asked for together with it. */
  readonly completion = (call: CallControl): Promise<Record<string, string>> | undefined => {
    const started = this.ofCalls.get(call)
    return started?.ended.then(({ durationMs }): Record<string, string> => {
      const { sid, url } = started
      return durationMs === 0
        ? {}
        : { RecordingUrl: url, RecordingSid: sid, RecordingDuration: seconds(durationMs) }
    })
  }

  private begin(call: CallControl, { trim, callback, ...wish }: RecordingWish): StartedRecording {
    return this.twiml.record(call, {
      ...wish,
      trim: trim ? 'trim-silence' : 'do-not-trim',
      recordingStatusCallback: callback?.url,
      recordingStatusCallbackMethod: callback?.method ?? 'POST',
      recordingStatusCallbackEvent: [...(callback?.events ?? [])],
      maxMs: 0,
      silenceMs: 0,
    })
  }
}
