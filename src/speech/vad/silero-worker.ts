import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { packageRoot } from '../../base/package-root.js'
import { SileroModel } from './silero-model.js'
import { WindowBatch } from './window-batch.js'

/** What the thread is started with: the memory of the batches that it will be told by number. */
export interface SileroWorkerData {
  readonly batches: readonly SharedArrayBuffer[]
}

/**
 * Entry of the detector's thread. A number in: that batch is to be run. The same number out: it has been. `close` in: the
 * thread ends when the model does not run.
 */
const port = parentPort!
const batches = (workerData as SileroWorkerData).batches.map((memory) => new WindowBatch(memory))
const model = await SileroModel.load(join(packageRoot(), 'models/silero-vad/silero_vad_v5.onnx'))
port.on('message', async (index: number | 'close') => {
  if (index === 'close') return port.close()
  await model.run(batches[index]!)
  port.postMessage(index)
})
port.postMessage('ready')
