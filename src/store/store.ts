import type { TimelineEvent } from '../session/index.js'
import { BatchedAccess, type StoreCounts, type StoreOptions } from './batched-access.js'
import { CallLog } from './call-log.js'
import type { CallMetric } from './call-metrics.js'
import type { CallSearch } from './call-search.js'
import { CommandResults } from './command-results.js'
import { ConferenceRecords } from './conferences.js'
import { FlowRuns } from './flow-runs.js'
import type { TimelinePage } from './queries.js'
import type {
  CallChanges,
  CallEnd,
  CallFilter,
  CallRecord,
  NewCall,
  NewSession,
  SessionEnd,
  SessionRecord,
} from './records.js'
import { Resources } from './resources.js'
import type { Expired, Retention } from './retention.js'
import { TurnRecords } from './turn-records.js'
import { WebhookRecords } from './webhook-records.js'

/**
 * The records of calls. Telling it something never waits and never throws; batches go to a thread of its own.
 * Queries see everything told before them.
 */
export class Store {
  /** Webhooks and what became of them. */
  readonly webhooks: WebhookRecords
  /** What commands of Telnyx's API were answered with. */
  readonly commands: CommandResults
  /** What was made through the platforms' APIs. */
  readonly resources: Resources
  /** What went on between calls and their apps. */
  readonly callLog: CallLog
  /** Conferences that documents and the API made. */
  readonly conferences: ConferenceRecords
  /** Executions of flows. */
  readonly flowRuns: FlowRuns
  /** How long the turns of sessions took. */
  readonly turns: TurnRecords

  private constructor(private readonly access: BatchedAccess) {
    this.webhooks = new WebhookRecords(access)
    this.commands = new CommandResults(access)
    this.resources = new Resources(access)
    this.callLog = new CallLog(access)
    this.conferences = new ConferenceRecords(access)
    this.flowRuns = new FlowRuns(access)
    this.turns = new TurnRecords(access)
  }

  /**
   * Opens the records, making and migrating the database where it needs it.
   *
   * @throws ParleyError `store_failed` naming the file
   */
  static async open(options: StoreOptions): Promise<Store> {
    return new Store(await BatchedAccess.open(options))
  }

  get counts(): StoreCounts {
    return this.access.counts
  }

  callStarted(call: NewCall): void {
    const row = {
      callerName: '',
      status: 'ringing' as const,
      ringingAt: null,
      answeredBy: null,
      answeredAt: null,
      endedAt: null,
      endBy: null,
      endReason: null,
      endCause: null,
      sipStatus: null,
      parentCallSid: null,
      sipCallId: '',
      route: '',
      codec: null,
      recordingPath: null,
      ...call,
      quality: this.access.json(call.quality ?? null),
      problems: this.access.json(call.problems ?? null),
    }
    this.access.add({ kind: 'insertCall', row })
  }

  callUpdated(callSid: string, { quality, problems, ...changes }: CallChanges): void {
    const stored = {
      ...changes,
      ...(quality !== undefined && { quality: this.access.json(quality) }),
      ...(problems !== undefined && { problems: this.access.json(problems) }),
    }
    if (Object.values(stored).every((value) => value === undefined)) return
    this.access.add({ kind: 'updateCall', callSid, changes: stored })
  }

  callEnded(callSid: string, end: CallEnd): void {
    this.callUpdated(callSid, end)
  }

  /** A call's media in figures, now and then while it lasts. @param at ms since the Unix epoch */
  callMeasured(callSid: string, at: number, quality: object): void {
    this.access.add({
      kind: 'insertCallMetric',
      row: { callSid, atMs: at, quality: this.access.json(quality) ?? '{}' },
    })
  }

  sessionStarted(session: NewSession): void {
    const row = {
      ...session,
      settings: this.access.json(session.settings) ?? '{}',
      status: 'active' as const,
      endedAt: null,
      errorCode: null,
      errorMessage: null,
      handoffData: null,
    }
    this.access.add({ kind: 'insertSession', row })
  }

  sessionEnded(sessionId: string, end: SessionEnd): void {
    this.access.add({ kind: 'updateSession', sessionId, changes: { ...end } })
  }

  /** A `TimelineSink`. */
  readonly timeline = (event: TimelineEvent): void => {
    const { sessionId, sequenceNumber, at, name } = event
    const row = { sessionId, sequenceNumber, atMs: at, name, data: this.access.json(event.data) ?? '{}' }
    this.access.add({ kind: 'event', row })
  }

  listCalls(filter: CallFilter = {}): Promise<CallRecord[]> {
    return this.access.query('listCalls', filter)
  }

  /**
   * A call by any of its identifiers, a session's, or the beginning of its SID.
   * @throws ParleyError `call_ambiguous`
   */
  getCall(idOrPrefix: string): Promise<CallRecord | undefined> {
    return this.access.query('getCall', idOrPrefix)
  }

  /** Calls by what is known of them, newest first. */
  searchCalls(search: CallSearch): Promise<CallRecord[]> {
    return this.access.query('searchCalls', search)
  }

  /** Forgets a call, with its sessions, their timelines, its figures and its log. */
  async deleteCall(callSid: string): Promise<void> {
    await this.access.query('deleteCall', callSid)
  }

  /** A call's figures as they were told, in order of time. */
  getMetrics(callSid: string): Promise<CallMetric[]> {
    return this.access.query('callMetrics', callSid)
  }

  getSessions(callSid: string): Promise<SessionRecord[]> {
    return this.access.query('getSessions', callSid)
  }

  getTimeline(sessionId: string): Promise<TimelineEvent[]> {
    return this.access.query('getTimeline', sessionId)
  }

  /** At most `limit` events of a session that come after one of its events. */
  getTimelinePage(page: TimelinePage): Promise<TimelineEvent[]> {
    return this.access.query('getTimelinePage', page)
  }

  /** Forgets what is too old. Resolves with what of it lies outside the database. */
  expire(retention: Retention): Promise<Expired> {
    return this.access.query('expire', retention)
  }

  /**
   * Marks calls and sessions that a killed process left open as failed. For the one process that writes, once it
   * knows that it is the only one (its ports are bound). Resolves with the number of calls.
   */
  settleInterrupted(): Promise<number> {
    return this.access.query('settleInterrupted', undefined)
  }

  /** Resolves when everything told so far is in the database, or counted as failed. */
  async flush(): Promise<void> {
    // Requests are handled in order: an answer means that all before it is done.
    await this.access.query('getSessions', '')
  }

  /** Writes what is left and closes the database. What is told afterwards is dropped and counted. */
  async close(): Promise<void> {
    await this.access.close()
  }
}
