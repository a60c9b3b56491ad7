import { rm } from 'node:fs/promises'
import type { Clock, Timer } from '../base/clock.js'
import { messageOf } from '../base/errors.js'
import type { Log } from '../base/log.js'
import { expiredAtOnce, type Store } from '../store/index.js'

export interface ExpiryOptions {
  readonly store: Pick<Store, 'expire'>
  readonly clock: Clock
  readonly log: Log
  /** Days that calls are kept, and what is recorded of them for the console alone; 0 for ever. */
  readonly retention: { readonly calls: number; readonly traces: number }
  /** Deletes a file; one that is not there is no error. */
  readonly remove?: (file: string) => Promise<void>
}

const dayMs = 24 * 60 * 60 * 1000
const hourMs = 60 * 60 * 1000

/** Forgets, once an hour, what is older than it may become. */
export class Expiry {
  private timer: Timer | undefined
  private closed = false

  constructor(private readonly options: ExpiryOptions) {
    const { calls, traces } = options.retention
    if (calls > 0 || traces > 0) void this.run()
  }

  close(): void {
    this.closed = true
    this.timer?.cancel()
  }

  private async run(): Promise<void> {
    const { clock, log, retention } = this.options
    try {
      const from = (days: number) => (days > 0 ? clock.now() - days * dayMs : undefined)
      await this.expire(from(retention.calls), from(retention.traces))
    } catch (thrown) {
      log.warn({ detail: messageOf(thrown) }, 'old records could not be deleted')
    }
    if (!this.closed) this.timer = clock.after(hourMs, () => void this.run())
  }

  private async expire(callsFrom: number | undefined, tracesFrom: number | undefined): Promise<void> {
    const { store, log, remove = (file) => rm(file, { force: true }) } = this.options
    for (let total = 0; !this.closed; ) {
      const { calls, recordings } = await store.expire({ callsFrom, tracesFrom })
      await Promise.all(recordings.map(remove))
      total += calls
      if (calls < expiredAtOnce) {
        if (total > 0) log.info({ calls: total }, 'calls older than `retention.calls` were deleted')
        return
      }
    }
  }
}
