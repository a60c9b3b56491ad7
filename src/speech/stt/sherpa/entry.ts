import { loadSherpa } from '../../sherpa/addon.js'
import { serveEngine } from '../recogniser-entry.js'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js'
import { modelStreams } from './model-streams.js'

/** Entry of a recogniser's process: one loaded model, and all the streams that it serves. */
serveEngine<WorkerSettings, ToWorker, FromWorker>((settings, port) =>
  modelStreams(loadSherpa(), settings, port, setImmediate),
)
