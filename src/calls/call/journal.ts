import type { Log } from '../../base/log.js'
import type { CallFacts } from '../../protocol/index.js'
import type { RtpStats } from '../../rtp/index.js'
import type { CallEnding } from '../call-control.js'
import type { CallRecords } from './dependencies.js'

export interface CallStart {
  readonly facts: CallFacts
  readonly dialled: string
  readonly trunk: string | undefined
  readonly startedAt: number
  readonly sipCallId: string
  readonly route: string
  readonly recording: string | undefined
}

/** Writes a call's life into the records and the log. */
export class CallJournal {
  constructor(
    private readonly callSid: string,
    private readonly records: CallRecords,
    private readonly log: Log,
  ) {}

  started({ facts, dialled, trunk, startedAt, sipCallId, route, recording }: CallStart): void {
    const { callSid, callControlId, callSessionId, callLegId, parentCallSid } = facts
    const { direction, from, to, callerName } = facts
    this.records.callStarted({
      ...{ callSid, callControlId, callSessionId, callLegId },
      parentCallSid: parentCallSid === '' ? null : parentCallSid,
      ...{ direction, from, to, dialled, callerName, startedAt, sipCallId, route },
      status: direction === 'inbound' ? 'ringing' : 'queued',
      recordingPath: recording ?? null,
    })
    const way = direction === 'inbound' ? 'call in' : 'call out'
    this.log.info({ from, to: dialled, route, ...(trunk && { trunk }) }, way)
  }

  /** The INVITE of an outgoing call has left. */
  placed(sipCallId: string, trunk: string | undefined): void {
    this.records.callUpdated(this.callSid, { sipCallId })
    if (trunk !== undefined) this.log.warn({ trunk }, 'a trunk failed: the next one is called')
  }

  ringing(ringingAt: number): void {
    this.records.callUpdated(this.callSid, { status: 'ringing', ringingAt })
  }

  answered(answeredAt: number, codec: string | undefined): void {
    this.records.callUpdated(this.callSid, { status: 'in-progress', answeredAt, codec: codec ?? null })
  }

  /** @param at ms since the Unix epoch */
  measured(at: number, quality: RtpStats): void {
    this.records.callMeasured(this.callSid, at, quality)
  }

  ended({ status, by, cause, reason, sipStatus, quality }: CallEnding, endedAt: number): void {
    const end = {
      status,
      endedAt,
      endBy: by,
      endReason: reason,
      endCause: cause,
      sipStatus: sipStatus ?? null,
      quality: quality ? { ...quality } : null,
    }
    this.records.callEnded(this.callSid, end, quality)
    this.log.info({ by, cause, reason }, 'call over')
  }
}
