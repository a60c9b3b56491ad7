import type { Worker } from 'node:worker_threads'
import { messageOf } from '../../../base/errors.js'
import { startWorker } from '../../../base/worker.js'
import { isStreaming } from '../../../models/index.js'
import type { ListenOptions } from '../../engine.js'
import { SherpaListening } from './listening.js'
import type { FromWorker, WorkerSettings } from './messages.js'

/** Starts a recogniser's thread; tests pass their own to get hold of it. */
export type LaunchWorker = (settings: WorkerSettings) => Worker

export const launchWorker: LaunchWorker = (settings) =>
  startWorker('./worker', import.meta.url, { workerData: settings, name: 'sherpa-onnx' })

/** One thread with one loaded model, and the listenings it serves. */
export class RecogniserThread {
  private readonly listenings = new Map<number, SherpaListening>()
  private readonly worker: Worker
  private readonly done = new Int32Array(new SharedArrayBuffer(4))
  private next = 0
  private sentMs = 0

  /** @param died the thread ended by itself; its listenings have been told */
  constructor(
    private readonly settings: Omit<WorkerSettings, 'done'>,
    launch: LaunchWorker,
    died: () => void,
  ) {
    const worker = launch({ ...settings, done: this.done })
    this.worker = worker
    worker.unref()
    worker.on('message', (message: FromWorker) => {
      if (message.type !== 'ready') this.listenings.get(message.stream)?.answer(message)
    })
    let cause = 'its thread ended'
    worker.on('error', (thrown) => {
      cause = messageOf(thrown)
    })
    worker.once('exit', () => {
      died()
      for (const listening of [...this.listenings.values()]) {
        listening.fail(new Error(`sherpa-onnx stopped: ${cause}`))
      }
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
        worker.off('error', reject)
        resolve()
      }
      worker.on('message', done)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('sherpa-onnx ended while it loaded its model')))
    })
  }

  /** @param spoken primary subtag that the model is told; '' where it finds out */
  open(options: ListenOptions, language: string, spoken: string): SherpaListening {
    const id = ++this.next
    const { model, options: timing } = this.settings
    const listening = new SherpaListening({
      id,
      options,
      language,
      spoken,
      endOfTurnMs: isStreaming(model.kind) ? undefined : timing.endOfTurnMs,
      post: (message, transfer) => {
        if (message.type === 'audio') this.sentMs += message.ms
        this.worker.postMessage(message, transfer)
      },
      behindMs: () => this.behindMs(),
      released: () => this.listenings.delete(id),
    })
    this.listenings.set(id, listening)
    return listening
  }

  private behindMs(): number {
    const hearing = [...this.listenings.values()].filter((one) => one.hearing).length
    return Math.round(((this.sentMs - Atomics.load(this.done, 0)) | 0) / Math.max(1, hearing))
  }

  async close(): Promise<void> {
    for (const listening of [...this.listenings.values()]) await listening.close()
    this.worker.removeAllListeners()
    await this.worker.terminate()
  }
}
