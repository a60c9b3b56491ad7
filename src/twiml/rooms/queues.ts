import type { Clock } from '../../base/clock.js'
import type { RandomBytes } from '../../calls/index.js'
import { newSid } from '../running/sids.js'
import { CallQueue, type QueueSettings } from './call-queue.js'

/** Calls that a queue takes unless told otherwise, as on Twilio. */
const DEFAULT_SIZE = 100

/** Hears of queues that are made, changed and deleted. */
export interface QueueKeeper {
  readonly keep?: ((queue: CallQueue) => void) | undefined
  readonly forget?: ((queue: CallQueue) => void) | undefined
}

/** The queues of one platform; one that is named is there. */
export class Queues {
  private readonly byName = new Map<string, CallQueue>()

  constructor(
    private readonly clock: Clock,
    private readonly random: RandomBytes,
    private readonly records: QueueKeeper,
  ) {}

  /** @param maxSize in place of what it was */
  queue(name: string, maxSize?: number): CallQueue {
    const known = this.byName.get(name)
    if (known) {
      if (maxSize !== undefined && maxSize !== known.maxSize) this.change(known, { maxSize })
      return known
    }
    const sid = newSid('QU', this.random)
    const queue = new CallQueue({ sid, name, clock: this.clock, maxSize: maxSize ?? DEFAULT_SIZE })
    this.byName.set(name, queue)
    this.records.keep?.(queue)
    return queue
  }

  /** Has a queue again that was kept. */
  restore(facts: Pick<CallQueue, 'sid' | 'name' | 'maxSize' | 'createdAt' | 'updatedAt'>): void {
    this.byName.set(facts.name, new CallQueue({ ...facts, clock: this.clock }))
  }

  /** @param changes a `name` that no other queue has */
  change(queue: CallQueue, { name = queue.name, maxSize = queue.maxSize }: Partial<QueueSettings>): void {
    this.byName.delete(queue.name)
    queue.change({ name, maxSize })
    this.byName.set(name, queue)
    this.records.keep?.(queue)
  }

  named(name: string): CallQueue | undefined {
    return this.byName.get(name)
  }

  /** By SID or name. */
  get(sidOrName: string): CallQueue | undefined {
    return this.byName.get(sidOrName) ?? this.list().find(({ sid }) => sid === sidOrName)
  }

  list(): readonly CallQueue[] {
    return [...this.byName.values()]
  }

  delete(queue: CallQueue): void {
    this.byName.delete(queue.name)
    this.records.forget?.(queue)
  }
}
