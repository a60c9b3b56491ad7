import { messageOf } from '../../base/errors.js'
import { loadSherpa } from './addon.js'
import { exerciseModel } from './exercise-model.js'

/** Entry of the process that tries a model, and says whether it works. */
let wrong: string | undefined
try {
  exerciseModel(loadSherpa(), JSON.parse(process.argv[2]!))
} catch (thrown) {
  wrong = messageOf(thrown)
}
process.send!({ wrong }, () => process.disconnect())
