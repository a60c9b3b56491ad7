import type { CallControl } from '../../calls/index.js'
import type { Twiml } from '../../twiml/index.js'
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
  constructor(private readonly twiml: Pick<Twiml, 'record'>) {}

  /** @returns its SID */
  start(call: CallControl, { trim, callback, ...wish }: RecordingWish): string {
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
