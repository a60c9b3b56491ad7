import { parentPort, workerData } from 'node:worker_threads'
import { Decoders } from './decoders.js'
import { loadSphinx } from './library.js'
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js'
import { loadPronounce } from './pronounce.js'
import { Streams } from './streams.js'

/** Entry of a recogniser's thread: PocketSphinx burns a fifth of real time here, away from the thread that paces RTP. */
const port = parentPort!
const { model, warmDecoders, maxDecoders, done } = workerData as WorkerSettings
const sphinx = loadSphinx()
const decoders = new Decoders(sphinx, model, maxDecoders, loadPronounce())
const post = (message: FromWorker): void => port.postMessage(message)
const streams = new Streams(sphinx, decoders, post, (ms) => Atomics.add(done, 0, ms))

decoders.warm(1)
port.on('message', (message: ToWorker) => streams.handle(message))
post({ type: 'ready' })
// The others follow while the node is still quiet.
setImmediate(() => decoders.warm(warmDecoders))
