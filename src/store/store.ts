import { type Clock, systemClock, type Timer } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import { type Log, silentLog } from '../base/log.js'
import type { TimelineEvent } from '../session/index.js'
import { CallLog } from './call-log.js'
import type { CallMetric } from './call-metrics.js'
import type { CallSearch } from './call-search.js'
import { StoreClient } from './client.js'
import { CommandResults } from './command-results.js'
import { ConferenceRecords } from './conferences.js'
import type { DatabaseOptions } from './database.js'
import { FlowRuns } from './flow-runs.js'
import type { StoreAccess } from './port.js'
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
import type { StoreWrite } from './writes.js'

export interface StoreOptions extends DatabaseOptions {
  readonly clock?: Clock
  readonly log?: Log
  /** ms that a change waits for others to be written with it: what a killed process loses. */
  readonly batchMs?: number
  /** Changes waiting or being written, beyond which timeline events are dropped and counted. */
  readonly maxPending?: number
}

/** What the store did since it was opened. */
export interface StoreCounts {
  readonly written: number
  /** Dropped because too many were waiting. */
  readonly dropped: number
  /** Lost to errors of the disk. */
  readonly failed: number
}

/** What there can be very much of, and what can be done without. */
function isDetail(write: StoreWrite): boolean {
  if (write.kind === 'insertCallLog') return write.row.kind === 'sip'
  return write.kind === 'event'
}

/** Calls and sessions may still be told of when events no longer are: they are few, and worth more. */
const recordReserve = 10_000
/** Errors of the disk come with every batch: one line in this time, in ms. */
const errorLogMs = 10_000

/**
 * The records of calls. Telling it something never waits and never throws; batches go to a thread of its own.
 * Queries see everything told before them.
 */
export class Store {
  private readonly access: StoreAccess = {
    add: (write) => this.add(write),
    query: (name, argument) => this.query().query(name, argument),
    json: (value) => this.json(value),
  }
  /** Webhooks and what became of them. */
  readonly webhooks = new WebhookRecords(this.access)
  /** What commands of Telnyx's API were answered with. */
  readonly commands = new CommandResults(this.access)
  /** What was made through the platforms' APIs. */
  readonly resources = new Resources(this.access)
  /** What went on between calls and their apps. */
  readonly callLog = new CallLog(this.access)
  /** Conferences that documents and the API made. */
  readonly conferences = new ConferenceRecords(this.access)
  /** Executions of flows. */
  readonly flowRuns = new FlowRuns(this.access)
  /** How long the turns of sessions took. */
  readonly turns = new TurnRecords(this.access)

  private client!: StoreClient
  private readonly clock: Clock
  private readonly log: Log
  private readonly batchMs: number
  private readonly maxPending: number

  private batch: StoreWrite[] = []
  private timer: Timer | undefined
  private inFlight = 0
  private closed = false
  private errorLoggedAt = Number.NEGATIVE_INFINITY
  private readonly tally = { written: 0, dropped: 0, failed: 0 }

  private constructor(options: StoreOptions) {
    this.clock = options.clock ?? systemClock
    this.log = options.log ?? silentLog
    this.batchMs = options.batchMs ?? 50
    this.maxPending = options.maxPending ?? 100_000
  }

  /**
   * Opens the records, making and migrating the database where it needs it.
   *
   * @throws ParleyError `store_failed` naming the file
   */
  static async open(options: StoreOptions): Promise<Store> {
    const store = new Store(options)
    store.client = await StoreClient.start(
      { file: options.file, readonly: options.readonly },
      {
        written: (count, failed, message) => store.onWritten(count, failed, message),
        died: (error) => store.onDied(error),
      },
    )
    return store
  }

  get counts(): StoreCounts {
    return { ...this.tally }
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
      quality: this.json(call.quality ?? null),
      problems: this.json(call.problems ?? null),
    }
    this.add({ kind: 'insertCall', row })
  }

  callUpdated(callSid: string, { quality, problems, ...changes }: CallChanges): void {
    const stored = {
      ...changes,
      ...(quality !== undefined && { quality: this.json(quality) }),
      ...(problems !== undefined && { problems: this.json(problems) }),
    }
    if (Object.values(stored).every((value) => value === undefined)) return
    this.add({ kind: 'updateCall', callSid, changes: stored })
  }

  callEnded(callSid: string, end: CallEnd): void {
    this.callUpdated(callSid, end)
  }

  /** A call's media in figures, now and then while it lasts. @param at ms since the Unix epoch */
  callMeasured(callSid: string, at: number, quality: object): void {
    this.add({ kind: 'insertCallMetric', row: { callSid, atMs: at, quality: this.json(quality) ?? '{}' } })
  }

  sessionStarted(session: NewSession): void {
    const row = {
      ...session,
      settings: this.json(session.settings) ?? '{}',
      status: 'active' as const,
      endedAt: null,
      errorCode: null,
      errorMessage: null,
      handoffData: null,
    }
    this.add({ kind: 'insertSession', row })
  }

  sessionEnded(sessionId: string, end: SessionEnd): void {
    this.add({ kind: 'updateSession', sessionId, changes: { ...end } })
  }

  /** A `TimelineSink`. */
  readonly timeline = (event: TimelineEvent): void => {
    const { sessionId, sequenceNumber, at, name } = event
    const row = { sessionId, sequenceNumber, atMs: at, name, data: this.json(event.data) ?? '{}' }
    this.add({ kind: 'event', row })
  }

  listCalls(filter: CallFilter = {}): Promise<CallRecord[]> {
    return this.query().query('listCalls', filter)
  }

  /**
   * A call by any of its identifiers, a session's, or the beginning of its SID.
   * @throws ParleyError `call_ambiguous`
   */
  getCall(idOrPrefix: string): Promise<CallRecord | undefined> {
    return this.query().query('getCall', idOrPrefix)
  }

  /** Calls by what is known of them, newest first. */
  searchCalls(search: CallSearch): Promise<CallRecord[]> {
    return this.query().query('searchCalls', search)
  }

  /** Forgets a call, with its sessions, their timelines, its figures and its log. */
  async deleteCall(callSid: string): Promise<void> {
    await this.query().query('deleteCall', callSid)
  }

  /** A call's figures as they were told, in order of time. */
  getMetrics(callSid: string): Promise<CallMetric[]> {
    return this.query().query('callMetrics', callSid)
  }

  getSessions(callSid: string): Promise<SessionRecord[]> {
    return this.query().query('getSessions', callSid)
  }

  getTimeline(sessionId: string): Promise<TimelineEvent[]> {
    return this.query().query('getTimeline', sessionId)
  }

  /** At most `limit` events of a session that come after one of its events. */
  getTimelinePage(page: TimelinePage): Promise<TimelineEvent[]> {
    return this.query().query('getTimelinePage', page)
  }

  /** Forgets what is too old. Resolves with what of it lies outside the database. */
  expire(retention: Retention): Promise<Expired> {
    return this.query().query('expire', retention)
  }

  /**
   * Marks calls and sessions that a killed process left open as failed. For the one process that writes, once it
   * knows that it is the only one (its ports are bound). Resolves with the number of calls.
   */
  settleInterrupted(): Promise<number> {
    return this.query().query('settleInterrupted', undefined)
  }

  /** Resolves when everything told so far is in the database, or counted as failed. */
  async flush(): Promise<void> {
    // Requests are handled in order: an answer means that all before it is done.
    await this.query().query('getSessions', '')
  }

  /** Writes what is left and closes the database. What is told afterwards is dropped and counted. */
  async close(): Promise<void> {
    if (this.closed) return
    this.send()
    this.closed = true
    await this.client.close()
  }

  private add(write: StoreWrite): void {
    const limit = isDetail(write) ? this.maxPending : this.maxPending + recordReserve
    if (this.closed || this.batch.length + this.inFlight >= limit) {
      this.tally.dropped++
      return
    }
    this.batch.push(write)
    this.timer ??= this.clock.after(this.batchMs, () => this.send())
  }

  /** The client, with everything told so far on its way. */
  private query(): StoreClient {
    this.send()
    return this.client
  }

  private send(): void {
    this.timer?.cancel()
    this.timer = undefined
    if (this.batch.length === 0) return
    const batch = this.batch
    this.batch = []
    this.inFlight += batch.length
    this.client.write(batch)
  }

  private onWritten(count: number, failed: number, message: string | undefined): void {
    this.inFlight -= count
    this.tally.written += count - failed
    this.tally.failed += failed
    if (failed > 0) this.logError(`${failed} records could not be written: ${message}`)
  }

  private onDied(error: Error): void {
    if (this.closed) return
    this.closed = true
    this.tally.failed += this.inFlight
    this.tally.dropped += this.batch.length
    this.batch = []
    this.inFlight = 0
    this.log.error({ err: error, code: 'store_failed' }, 'The store stopped; calls go on unrecorded')
  }

  private logError(message: string): void {
    const now = this.clock.now()
    if (now - this.errorLoggedAt < errorLogMs) return
    this.errorLoggedAt = now
    this.log.error({ code: 'store_failed', ...this.tally }, message)
  }

  /** JSON text of a value; null where there is none, or where it cannot be told in JSON. */
  private json(value: unknown): string | null {
    if (value === null) return null
    try {
      return JSON.stringify(value) ?? null
    } catch (error) {
      this.logError(`A record had a value that is not JSON: ${messageOf(error)}`)
      return null
    }
  }
}
