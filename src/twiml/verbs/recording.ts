import type { CallControl, Recording } from '../../calls/index.js'
import type { RecordEnd } from '../../media/index.js'
import { timestamp } from '../callbacks/timestamp.js'
import { choice, method, optionalText, words } from '../document/fields.js'
import type { Attributes } from '../document/reader.js'
import type { VerbContext } from '../running/context.js'
import { begun } from './begun.js'

/** Attributes of everything that records. */
export const recordingFields = {
  recordingStatusCallback: optionalText,
  recordingStatusCallbackMethod: method,
  recordingStatusCallbackEvent: words(['in-progress', 'completed', 'absent'], ['completed']),
  trim: choice(['trim-silence', 'do-not-trim'], 'trim-silence'),
}

export interface RecordingRequest extends Attributes<typeof recordingFields> {
  /** What makes it, in Twilio's words. */
  readonly source: string
  readonly channels: 1 | 2
  readonly track: 'inbound' | 'outbound' | 'both'
  /** SID of the conference that it is of. */
  readonly conferenceSid?: string | undefined
  /** Longest, in ms; 0 for no limit. */
  readonly maxMs: number
  /** The party's silence that ends it, in ms; 0 for none. */
  readonly silenceMs: number
}

export interface StartedRecording {
  readonly sid: string
  readonly url: string
  readonly recording: Recording
  /** Resolves when it is on the shelf. */
  readonly ended: Promise<{ readonly end: RecordEnd; readonly durationMs: number }>
}

/** Records a call, and tells the status call-back what becomes of it. */
export function startRecording(
  context: VerbContext,
  call: CallControl,
  request: RecordingRequest,
): StartedRecording {
  const { services } = context
  const { source, channels, track, maxMs, silenceMs, conferenceSid } = request
  const facts = { source, channels, track, conferenceSid }
  const { sid, path, format, url } = services.recordings.begin(call, facts)
  const startedAt = services.clock.now()
  const recording = call.record(
    {
      path,
      format,
      channels: channels === 1 ? 'single' : 'dual',
      track,
      maxMs,
      silenceMs,
      trim: request.trim === 'trim-silence',
    },
    sid,
  )
  const tell = (status: 'in-progress' | 'completed' | 'absent', durationMs?: number) => {
    if (!request.recordingStatusCallbackEvent.includes(status)) return
    context.notify(request.recordingStatusCallback, {
      call,
      event: `recording-${status}`,
      method: request.recordingStatusCallbackMethod,
      parameters: {
        AccountSid: services.dialect.accountSid(call),
        CallSid: services.dialect.callSid(call),
        RecordingSid: sid,
        RecordingUrl: url,
        RecordingStatus: status,
        RecordingChannels: String(channels),
        RecordingStartTime: timestamp(startedAt),
        RecordingSource: source,
        RecordingTrack: track,
        ...(durationMs !== undefined && { RecordingDuration: seconds(durationMs) }),
        ErrorCode: '0',
        ...(conferenceSid !== undefined && { ConferenceSid: conferenceSid }),
      },
    })
  }
  begun(recording).then((did) => {
    if (did) tell('in-progress')
  })
  const ended = recording.ended.then(({ end, durationMs, bytes }) => {
    const failed = end === 'failed' || durationMs === 0
    services.recordings.ended(sid, { durationMs, bytes, failed })
    tell(failed ? 'absent' : 'completed', durationMs)
    return { end, durationMs: failed ? 0 : durationMs }
  })
  services.recordings.runs?.({ sid, call, recording, ended })
  return { sid, url, recording, ended }
}

/** Whole seconds, as the platforms give durations. */
export function seconds(ms: number): string {
  return String(Math.round(ms / 1000))
}
