import type { InstalledModel } from '../../../../src/models/index.js'
import { loadSherpa } from '../../../../src/speech/sherpa/addon.js'
import { exerciseModel } from '../../../../src/speech/sherpa/exercise-model.js'
import type { FromWorker, ToWorker, WorkerSettings } from '../../../../src/speech/stt/sherpa/messages.js'
import { modelStreams } from '../../../../src/speech/stt/sherpa/model-streams.js'
import { SherpaStt } from '../../../../src/speech/stt/sherpa-onnx.js'
import { FakeRecogniser } from '../../stt/fake-recogniser.js'

/** A recogniser in the test's own process: what is written has been heard when `write` returns. */
class RecogniserHere extends FakeRecogniser {
  private readonly take: (order: ToWorker) => void

  constructor(settings: WorkerSettings) {
    super()
    const port = {
      post: (answer: FromWorker) => this.tell(answer),
      done: (ms: number) => this.tell({ type: 'done', ms }),
    }
    this.take = modelStreams(loadSherpa(), settings, port, (task) => task())
    setImmediate(() => this.tell({ type: 'ready' }))
  }

  override send(order: ToWorker): void {
    this.take(order)
  }
}

/** What `checkModel` does, in the test's own process. */
async function exerciseHere(model: InstalledModel): Promise<undefined> {
  exerciseModel(loadSherpa(), model)
}

/** The engine with the models of a folder, which have been tried and are loaded here: no process is waited for. */
export function startHere(dir: string, endOfTurnMs = 700): Promise<SherpaStt> {
  return SherpaStt.start(
    { dir, endOfTurnMs },
    {
      check: exerciseHere,
      launch: (settings) => new RecogniserHere(settings).child,
    },
  )
}
