import { isStreaming } from '../../../models/index.js'
import type { Sherpa } from '../../sherpa/addon.js'
import { loadOffline, loadStreaming } from '../../sherpa/load.js'
import { rateOf } from '../../sherpa/recogniser-config.js'
import { tailOf } from '../../sherpa/step-times.js'
import type { EnginePort } from '../recogniser-entry.js'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js'
import { OfflineStreams } from './offline-streams.js'
import { StreamingStreams } from './streaming-streams.js'

/**
 * Loads a model, and serves all the streams that orders speak of.
 * @param later runs a task when orders that came meanwhile have been taken
 * @throws Error when a file is missing
 */
export function modelStreams(
  sherpa: Sherpa,
  { model, options }: WorkerSettings,
  { post, done }: EnginePort<FromWorker>,
  later: (task: () => void) => void,
): (order: ToWorker) => void {
  const { kind } = model
  const rate = rateOf(kind)
  const streams = isStreaming(kind)
    ? new StreamingStreams(loadStreaming(sherpa, model, options), rate, tailOf(kind), post, done, later)
    : new OfflineStreams(loadOffline(sherpa, model, options), rate, post, done, later)
  return (order) => streams.handle(order)
}
