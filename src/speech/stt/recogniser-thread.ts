import type { Worker } from 'node:worker_threads'
import { messageOf } from '../../base/errors.js'

/** The side of a stream that the calling thread has. */
export interface ThreadListening<Answer> {
  answer(message: Answer): void
  /** Ends it by an error. */
  fail(error: Error): void
  close(): Promise<void>
}

/** What a listening has of its thread. */
export interface ThreadLink<Order> {
  /** Number of its stream. */
  readonly id: number
  readonly post: (message: Order, transfer?: ArrayBuffer[]) => void
  /** Audio that the worker was sent, of all streams, and has not dealt with, in ms. */
  readonly behindMs: () => number
  readonly released: () => void
}

/** Of all orders, audio is counted. */
type AnyOrder = { readonly type: string } | { readonly type: 'audio'; readonly ms: number }

/** One thread with one loaded recogniser, and the listenings it serves. */
export class RecogniserThread<
  Order extends AnyOrder,
  Answer extends { readonly stream: number },
  Ear extends ThreadListening<Answer>,
> {
  private readonly listenings = new Map<number, Ear>()
  private readonly worker: Worker
  /** One counter: ms of audio that the worker is done with. */
  private readonly done = new Int32Array(new SharedArrayBuffer(4))
  private next = 0
  private sentMs = 0

  /**
   * @param name of the engine, for messages
   * @param launch starts the worker; messages wait in its port until the model is loaded
   * @param died the thread ended by itself; its listenings are told next
   */
  constructor(
    private readonly name: string,
    launch: (done: Int32Array<SharedArrayBuffer>) => Worker,
    died: () => void,
  ) {
    const worker = launch(this.done)
    this.worker = worker
    worker.unref()
    worker.on('message', (message: Answer | { readonly type: 'ready' }) => {
      if ('stream' in message) this.listenings.get(message.stream)?.answer(message)
    })
    let cause = 'its thread ended'
    worker.on('error', (thrown) => {
      cause = messageOf(thrown)
    })
    worker.once('exit', () => {
      died()
      for (const listening of [...this.listenings.values()]) {
        listening.fail(new Error(`${name} stopped: ${cause}`))
      }
    })
  }

  /** Listenings it serves. */
  get load(): number {
    return this.listenings.size
  }

  /** Those of its listenings of which something holds. */
  count(holds: (listening: Ear) => boolean): number {
    return [...this.listenings.values()].filter(holds).length
  }

  /** Resolves when the model is loaded. @throws Error when the thread ends first */
  ready(): Promise<void> {
    const { worker, name } = this
    return new Promise((resolve, reject) => {
      worker.ref()
      const done = (message: { readonly type: string }): void => {
        if (message.type !== 'ready') return
        worker.unref()
        worker.off('message', done)
        worker.off('error', reject)
        resolve()
      }
      worker.on('message', done)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error(`${name} ended while it loaded its model`)))
    })
  }

  open(make: (link: ThreadLink<Order>) => Ear): Ear {
    const id = ++this.next
    const listening = make({
      id,
      post: (message, transfer) => {
        if ('ms' in message) this.sentMs += message.ms
        this.worker.postMessage(message, transfer)
      },
      // The counter overflows after 25 days of audio; the difference does not.
      behindMs: () => (this.sentMs - Atomics.load(this.done, 0)) | 0,
      released: () => this.listenings.delete(id),
    })
    this.listenings.set(id, listening)
    return listening
  }

  async close(): Promise<void> {
    for (const listening of [...this.listenings.values()]) await listening.close()
    this.worker.removeAllListeners()
    await this.worker.terminate()
  }
}
