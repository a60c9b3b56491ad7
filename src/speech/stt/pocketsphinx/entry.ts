import { serveEngine } from '../recogniser-entry.js'
import { Decoders } from './decoders.js'
import { loadSphinx } from './library.js'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js'
import { loadPronounce } from './pronounce.js'
import { Streams } from './streams.js'

/** Entry of a recogniser's process: PocketSphinx burns a fifth of real time here, away from the thread that paces RTP. */
serveEngine<WorkerSettings, ToWorker, FromWorker>(({ model, warmDecoders, maxDecoders }, { post, done }) => {
  const sphinx = loadSphinx()
  const decoders = new Decoders(sphinx, model, maxDecoders, loadPronounce())
  const streams = new Streams(sphinx, decoders, post, done)
  decoders.warm(1)
  // The others follow while the node is still quiet.
  setImmediate(() => decoders.warm(warmDecoders))
  return (order) => streams.handle(order)
})
