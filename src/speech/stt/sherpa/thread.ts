import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../../base/worker.js'
import { RecogniserThread } from '../recogniser-thread.js'
import type { SherpaListening } from './listening.js'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js'

/** Starts a recogniser's thread; tests pass their own to get hold of it. */
export type LaunchWorker = (settings: WorkerSettings) => Worker

export const launchWorker: LaunchWorker = (settings) =>
  startWorker('./worker', import.meta.url, { workerData: settings, name: 'sherpa-onnx' })

/** One thread with one loaded model. */
export class SherpaThread extends RecogniserThread<
  ToWorker,
  Exclude<FromWorker, { type: 'ready' }>,
  SherpaListening
> {}
