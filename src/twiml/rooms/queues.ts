import type { Clock } from '../../base/clock.js'
import type { RandomBytes } from '../../calls/index.js'
import { newSid } from '../running/sids.js'
import { CallQueue } from './call-queue.js'

/** Calls that a queue takes unless told otherwise, as on Twilio. */
const DEFAULT_SIZE = 100

/** The queues of one platform; one that is named is there. */
export class Queues {
  private readonly byName = new Map<string, CallQueue>()

  constructor(
    private readonly clock: Clock,
    private readonly random: RandomBytes,
  ) {}

  /** @param maxSize in place of what it was */
  queue(name: string, maxSize?: number): CallQueue {
    const known = this.byName.get(name)
    if (known) {
      known.maxSize = maxSize ?? known.maxSize
      return known
    }
    const queue = new CallQueue(newSid('QU', this.random), name, this.clock, maxSize ?? DEFAULT_SIZE)
    this.byName.set(name, queue)
    return queue
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
  }
}
