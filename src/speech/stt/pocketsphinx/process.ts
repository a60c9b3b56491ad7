import type { ChildProcess } from 'node:child_process'
import { childModule } from '../../../base/child-module.js'
import { launchRecogniser, RecogniserProcess } from '../recogniser-process.js'
import type { SphinxListening } from './listening.js'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js'

/** Starts a recogniser's process; tests pass their own to get hold of it. */
export type LaunchWorker = (settings: WorkerSettings) => ChildProcess

export const launchWorker: LaunchWorker = (settings) =>
  launchRecogniser(childModule('./entry', import.meta.url), settings)

/** One process with its decoders. */
export class SphinxProcess extends RecogniserProcess<ToWorker, FromWorker, SphinxListening> {}
