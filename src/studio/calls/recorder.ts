import type { CallService } from '../../calls/index.js'
import type { Recorder, Recordings } from '../../twilio/index.js'
import { timestamp } from '../../twiml/index.js'
import type { CallRecorder, Fields, FlowCall, RecordingWish } from '../execution/ports.js'

/** Recordings of flows' calls are those of the API: they are listed there, and can be stopped there. */
export class FlowRecorder implements CallRecorder {
  constructor(
    private readonly recorder: Pick<Recorder, 'start'>,
    private readonly recordings: Pick<Recordings, 'current' | 'stop'>,
    private readonly service: CallService,
    /** Where recordings are fetched, without their SID. */
    private readonly path: string,
    private readonly now: () => number,
  ) {}

  start(call: FlowCall, { channels, trim, callback }: RecordingWish): Fields {
    const control = this.service.get(call.sid)!
    const source = 'StartCallRecordingAPI'
    const now = timestamp(this.now())
    const sid = this.recorder.start(control, { source, channels, trim, track: 'both', callback })
    return {
      Sid: sid,
      AccountSid: call.accountSid,
      CallSid: call.sid,
      Status: 'in-progress',
      ...{ StartTime: now, DateCreated: now, DateUpdated: now },
      Channels: String(channels),
      Source: source,
      Uri: `${this.path}/${sid}.json`,
    }
  }

  stop(call: FlowCall): boolean {
    const sid = this.recordings.current(({ callSid }) => callSid === call.sid)
    return sid !== undefined && this.recordings.stop(sid) !== undefined
  }
}
