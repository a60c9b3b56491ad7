import { isStreaming } from '../../../models/index.js'
import { loadSherpa } from '../../sherpa/addon.js'
import { loadOffline, loadStreaming } from '../../sherpa/load.js'
import { rateOf } from '../../sherpa/recogniser-config.js'
import { serveEngine } from '../recogniser-entry.js'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js'
import { OfflineStreams } from './offline-streams.js'
import { StreamingStreams } from './streaming-streams.js'

/** Entry of a recogniser's process: one loaded model, and all the streams that it serves. */
serveEngine<WorkerSettings, ToWorker, FromWorker>(({ model, options }, { post, done }) => {
  const sherpa = loadSherpa()
  const rate = rateOf(model.kind)
  const streams = isStreaming(model.kind)
    ? new StreamingStreams(loadStreaming(sherpa, model, options), rate, post, done, setImmediate)
    : new OfflineStreams(loadOffline(sherpa, model, options), rate, post, done, setImmediate)
  return (order) => streams.handle(order)
})
