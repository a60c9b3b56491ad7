import type { Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import { startWorker } from '../../base/worker.js'
import type { SileroWorkerData } from './silero-worker.js'

/** Starts the thread; tests pass their own to get hold of it. */
export type LaunchSilero = (data: SileroWorkerData) => Worker

/** The thread as it is in service. */
export const launchSilero: LaunchSilero = (data) =>
  startWorker('./silero-worker', import.meta.url, { workerData: data, name: 'silero' })

/** Pauses before a new start: doubling, so that a model that cannot run does not burn a core. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000

/** What the thread tells. */
export interface ThreadListener {
  /** A page has been run. */
  answered(): void
  /** The thread ended by itself and will be started again. */
  died(reason: string): void
}

/** Keeps one thread with the model running. */
export class SileroThread {
  /** Whether the model is loaded and pages may be posted. */
  ready = false
  private worker: Worker | undefined
  private restart: Timer | undefined
  private pauseMs = FIRST_PAUSE_MS
  private closed = false

  constructor(
    private readonly data: SileroWorkerData,
    private readonly listener: ThreadListener,
    private readonly clock: Clock,
    private readonly launch: LaunchSilero = launchSilero,
  ) {}

  /** Resolves when the model is loaded. @throws Error when it cannot be; nothing is tried again then */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.begin({ resolve, reject }))
  }

  post(page: number): void {
    this.worker?.postMessage(page)
  }

  /**
   * Lets the thread end by itself: onnxruntime throws in C++, which ends the process, where a thread is terminated while the
   * model runs.
   */
  async close(): Promise<void> {
    this.closed = true
    this.ready = false
    this.restart?.cancel()
    const { worker } = this
    this.worker = undefined
    if (!worker) return
    worker.removeAllListeners()
    worker.on('error', () => {})
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.ref()
    worker.postMessage('close')
    await gone
  }

  private begin(first?: { resolve(): void; reject(error: Error): void }): void {
    const worker = this.launch(this.data)
    this.worker = worker
    // A second thread serves calls that are there already, and does not keep the process alive.
    if (!first) worker.unref()
    let cause = 'its thread ended'
    let waiting = first
    worker.on('message', (message: 'ready' | number) => {
      if (message !== 'ready') {
        this.pauseMs = FIRST_PAUSE_MS
        return this.listener.answered()
      }
      this.ready = true
      worker.unref()
      waiting?.resolve()
      waiting = undefined
    })
    worker.on('error', (thrown) => {
      cause = messageOf(thrown)
    })
    worker.once('exit', () => {
      this.ready = false
      this.worker = undefined
      worker.removeAllListeners()
      if (this.closed) return
      if (waiting) waiting.reject(new Error(cause))
      else this.lost(cause)
    })
  }

  /** The thread, which had been loaded once, has ended: starts it again after a pause. */
  private lost(cause: string): void {
    this.listener.died(cause)
    this.restart = this.clock.after(this.pauseMs, () => this.tryAgain())
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2)
  }

  private tryAgain(): void {
    try {
      this.begin()
    } catch (thrown) {
      this.lost(messageOf(thrown))
    }
  }
}
