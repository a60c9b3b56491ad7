import type { Clock, Timer } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { Backlog, PendingWebhook, WebhookRecords } from '../store/index.js'

export interface BacklogDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly records: Pick<WebhookRecords, 'pending'>
  /** Webhooks of one receiver in memory. */
  readonly perReceiver: number
  /** Gets what was read back, in order. */
  take(webhook: PendingWebhook): void
}

/** Webhooks of one receiver: some in memory, later ones perhaps only in the records. */
interface Receiver {
  inMemory: number
  /** Sequence of the last one that is only in the records. */
  storedUpTo: number
  /** All up to this sequence were in memory. */
  loadedUpTo: number
  reading: boolean
}

/** ms until records that could not be read are read again. */
const rereadMs = 5_000

/**
 * Bounds the memory that webhooks of a receiver take: beyond it they stay in the records and are read back, in order,
 * when there is room. A node begins with what the last one left, in the same way.
 */
export class Backlogs {
  private readonly receivers = new Map<string, Receiver>()
  private readonly rereads = new Set<Timer>()
  private open = false

  /** @param left receivers with webhooks from before, which stay where they are until `start` */
  constructor(
    private readonly parts: BacklogDependencies,
    left: readonly Backlog[],
  ) {
    for (const { receiver, last } of left) {
      this.receivers.set(receiver, { inMemory: 0, storedUpTo: last, loadedUpTo: 0, reading: false })
    }
  }

  start(): void {
    this.open = true
    for (const name of [...this.receivers.keys()]) this.read(name)
  }

  stop(): void {
    this.open = false
    for (const timer of this.rereads) timer.cancel()
    this.rereads.clear()
  }

  /** Whether a new webhook is to be held in memory. If not, it is read back later. */
  admits(name: string, sequence: number): boolean {
    let receiver = this.receivers.get(name)
    if (!receiver) {
      receiver = { inMemory: 0, storedUpTo: 0, loadedUpTo: 0, reading: false }
      this.receivers.set(name, receiver)
    }
    const behind = isBehind(receiver)
    if (!behind && receiver.inMemory < this.parts.perReceiver) {
      receiver.inMemory++
      return true
    }
    if (!behind) receiver.loadedUpTo = sequence - 1
    receiver.storedUpTo = sequence
    return false
  }

  /** One that was in memory is settled. */
  settled(name: string): void {
    const receiver = this.receivers.get(name)
    if (!receiver) return
    receiver.inMemory--
    if (isBehind(receiver)) this.read(name)
    else if (receiver.inMemory === 0) this.receivers.delete(name)
  }

  private read(name: string): void {
    const receiver = this.receivers.get(name)
    if (!receiver || receiver.reading) return
    this.readSome(name, receiver).catch((err) => this.readLater(name, err))
  }

  private async readSome(name: string, receiver: Receiver): Promise<void> {
    const { records, perReceiver, take } = this.parts
    receiver.reading = true
    try {
      while (this.open && isBehind(receiver) && receiver.inMemory <= perReceiver / 2) {
        const upTo = receiver.storedUpTo
        const limit = perReceiver - receiver.inMemory
        const webhooks = await records.pending({ receiver: name, after: receiver.loadedUpTo, limit })
        if (!this.open) return
        // Fewer than asked for are all that were told of before the question.
        receiver.loadedUpTo = webhooks.length < limit ? upTo : webhooks.at(-1)!.sequence
        receiver.inMemory += webhooks.length
        for (const webhook of webhooks) take(webhook)
      }
    } finally {
      receiver.reading = false
    }
  }

  private readLater(name: string, err: unknown): void {
    this.parts.log.error({ err, receiver: name }, 'Webhooks that wait in the records could not be read')
    if (!this.open) return
    const timer = this.parts.clock.after(rereadMs, () => {
      this.rereads.delete(timer)
      this.read(name)
    })
    this.rereads.add(timer)
  }
}

function isBehind({ storedUpTo, loadedUpTo }: Receiver): boolean {
  return storedUpTo > loadedUpTo
}
