import type { Worker } from 'node:worker_threads'
import { messageOf } from '../../../base/errors.js'
import { startWorker } from '../../../base/worker.js'
import type { ListenOptions } from '../../engine.js'
import { SphinxListening } from './listening.js'
import type { FromWorker, WorkerSettings } from './messages.js'

/** Starts a recogniser's worker thread; tests pass their own to get hold of it. */
export type LaunchWorker = (settings: WorkerSettings) => Worker

export const launchWorker: LaunchWorker = (settings) =>
  startWorker('./worker', import.meta.url, { workerData: settings, name: 'pocketsphinx' })

/** One worker and the listenings it serves. A thread that dies fails them and is replaced. */
export class RecogniserThread {
  private readonly listenings = new Map<number, SphinxListening>()
  private next = 0
  private sentMs = 0

  /**
   * @param worker just launched; messages wait in its port until the model is loaded
   * @param done counts ms of audio that the worker has dealt with
   * @param died the thread ended by itself; its listenings have been told
   */
  constructor(
    private readonly worker: Worker,
    private readonly done: Int32Array,
    died: () => void,
  ) {
    worker.unref()
    worker.on('message', (message: FromWorker) => {
      if (message.type !== 'ready') this.listenings.get(message.stream)?.answer(message)
    })
    let cause = 'its thread ended'
    worker.on('error', (thrown) => {
      cause = messageOf(thrown)
    })
    worker.once('exit', () => {
      for (const listening of [...this.listenings.values()]) {
        listening.fail(new Error(`PocketSphinx stopped: ${cause}`))
      }
      died()
    })
  }

  /** Listenings it serves. */
  get load(): number {
    return this.listenings.size
  }

  /** Resolves when the model is loaded. @throws Error when the thread ends first */
  ready(): Promise<void> {
    const { worker } = this
    return new Promise((resolve, reject) => {
      worker.ref()
      const done = (message: FromWorker): void => {
        if (message.type !== 'ready') return
        worker.unref()
        worker.off('message', done)
        resolve()
      }
      worker.on('message', done)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('PocketSphinx ended while it loaded its model')))
    })
  }

  open(options: ListenOptions, language: string): SphinxListening {
    const id = ++this.next
    const listening = new SphinxListening(
      id,
      options,
      language,
      (message, transfer) => {
        if (message.type === 'audio') this.sentMs += message.ms
        this.worker.postMessage(message, transfer)
      },
      () => (this.sentMs - Atomics.load(this.done, 0)) | 0,
      () => this.listenings.delete(id),
    )
    this.listenings.set(id, listening)
    return listening
  }

  async close(): Promise<void> {
    for (const listening of [...this.listenings.values()]) await listening.close()
    this.worker.removeAllListeners()
    await this.worker.terminate()
  }
}
