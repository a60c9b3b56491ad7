import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { CallQueue, Queues } from '../../twiml/index.js'
import { KeptThings, type ResourceRecords } from './kept.js'

/** A queue as it is kept: without those who wait. Times are ms since the Unix epoch. */
interface KeptQueue extends Pick<CallQueue, 'sid' | 'name' | 'maxSize' | 'createdAt' | 'updatedAt'> {}

/** Keeps queues from one start to the next. */
export class QueueRecords {
  private constructor(
    private readonly kept: KeptThings<KeptQueue>,
    private readonly log: Log,
  ) {}

  /** @throws ParleyError `store_failed` */
  static async load(records: ResourceRecords, log: Log): Promise<QueueRecords> {
    return new QueueRecords(await KeptThings.load<KeptQueue>('twilio.queue', records), log)
  }

  restoreTo(queues: Queues): void {
    for (const queue of [...this.kept.list()].reverse()) queues.restore(queue)
  }

  readonly keep = ({ sid, name, maxSize, createdAt, updatedAt }: CallQueue): void => {
    this.written(this.kept.put({ sid, name, maxSize, createdAt, updatedAt }))
  }

  readonly forget = ({ sid }: CallQueue): void => this.written(this.kept.delete(sid))

  private written(writing: Promise<unknown>): void {
    writing.catch((thrown: unknown) => {
      this.log.error({ err: thrown }, `A queue is not kept: ${messageOf(thrown)}`)
    })
  }
}
