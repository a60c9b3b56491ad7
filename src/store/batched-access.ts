import { type Clock, systemClock, type Timer } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import { type Log, silentLog } from '../base/log.js'
import { StoreClient } from './client.js'
import type { DatabaseOptions } from './database.js'
import type { StoreAccess, StoreQueries } from './port.js'
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

/** The way to the store's thread: changes go in batches, queries see everything told before them. */
export class BatchedAccess implements StoreAccess {
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

  /** @throws ParleyError `store_failed` naming the file */
  static async open(options: StoreOptions): Promise<BatchedAccess> {
    const access = new BatchedAccess(options)
    access.client = await StoreClient.start(
      { file: options.file, readonly: options.readonly },
      {
        written: (count, failed, message) => access.onWritten(count, failed, message),
        died: (error) => access.onDied(error),
      },
    )
    return access
  }

  get counts(): StoreCounts {
    return { ...this.tally }
  }

  add(write: StoreWrite): void {
    const limit = isDetail(write) ? this.maxPending : this.maxPending + recordReserve
    if (this.closed || this.batch.length + this.inFlight >= limit) {
      this.tally.dropped++
      return
    }
    this.batch.push(write)
    this.timer ??= this.clock.after(this.batchMs, () => this.send())
  }

  query<Name extends keyof StoreQueries>(
    name: Name,
    argument: Parameters<StoreQueries[Name]>[0],
  ): Promise<ReturnType<StoreQueries[Name]>> {
    this.send()
    return this.client.query(name, argument)
  }

  /** Writes what is left and closes the database. What is told afterwards is dropped and counted. */
  async close(): Promise<void> {
    if (this.closed) return
    this.send()
    this.closed = true
    await this.client.close()
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

  json(value: unknown): string | null {
    if (value === null) return null
    try {
      return JSON.stringify(value) ?? null
    } catch (error) {
      this.logError(`A record had a value that is not JSON: ${messageOf(error)}`)
      return null
    }
  }
}
