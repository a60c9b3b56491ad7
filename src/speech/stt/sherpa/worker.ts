import { parentPort, workerData } from 'node:worker_threads'
import { isStreaming } from '../../../models/index.js'
import { loadSherpa } from '../../sherpa/addon.js'
import { loadOffline, loadStreaming } from '../../sherpa/load.js'
import { rateOf } from '../../sherpa/recogniser-config.js'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js'
import { OfflineStreams } from './offline-streams.js'
import { StreamingStreams } from './streaming-streams.js'

/** Entry of a recogniser's thread: one loaded model, and all the streams that it serves. */
const port = parentPort!
const { model, options, done } = workerData as WorkerSettings
const post = (message: FromWorker): void => port.postMessage(message)
const count = (ms: number): void => {
  Atomics.add(done, 0, ms)
}
const sherpa = loadSherpa()

function load(): { handle(message: ToWorker): void } {
  if (!isStreaming(model.kind)) {
    return new OfflineStreams(
      loadOffline(sherpa, model, options),
      rateOf(model.kind),
      post,
      count,
      setImmediate,
    )
  }
  return new StreamingStreams(
    loadStreaming(sherpa, model, options),
    rateOf(model.kind),
    post,
    count,
    setImmediate,
  )
}

const streams = load()
port.on('message', (message: ToWorker) => streams.handle(message))
post({ type: 'ready' })
