import type { z } from 'zod'
import type { ElementModel } from '../document/reader.js'
import { connectModel } from './connect/connect.js'
import { conferenceModel } from './dial/conference.js'
import { clientModel, numberModel, sipModel } from './dial/parties.js'
import { queueModel } from './dial/queue.js'
import { dialModel } from './dial/request.js'
import { enqueueModel, taskModel } from './enqueue.js'
import { redirectModel, rejectModel } from './flow.js'
import { gatherModel } from './gather/gather.js'
import { pauseModel, playModel, sayModel } from './prompts.js'
import { recordModel } from './record.js'
import { referModel } from './refer.js'
import { recordingModel } from './start/recordings.js'
import { transcriptionModel } from './start/transcriptions.js'
import { streamModel } from './stream.js'

/** The elements that have attributes, for the documentation; `<ConversationRelay>` has the settings' own table. */
export const elementModels: ReadonlyArray<ElementModel<Readonly<Record<string, z.ZodType>>>> = [
  connectModel,
  streamModel,
  sayModel,
  playModel,
  pauseModel,
  gatherModel,
  recordModel,
  dialModel,
  numberModel,
  sipModel,
  clientModel,
  conferenceModel,
  queueModel,
  enqueueModel,
  taskModel,
  redirectModel,
  rejectModel,
  referModel,
  recordingModel,
  transcriptionModel,
]
