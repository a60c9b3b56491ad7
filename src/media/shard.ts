import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../base/errors.js'
import { raisePriority } from '../base/priority.js'
import type { MediaPlaneOptions } from './options.js'
import { MediaPlane, type PlaneCommand } from './plane.js'

/** Entry of a media shard's thread: a media plane whose port is the thread's own. */
const port = parentPort!
const options = workerData as MediaPlaneOptions
if (options.priority === 'high') raisePriority()
const plane = await MediaPlane.start(options, (event) => port.postMessage(event))

// What nobody expected ends this thread and its calls, not the process with those of others.
process.on('uncaughtException', (thrown) => {
  port.postMessage({ type: 'log', level: 'error', message: `a media shard failed: ${messageOf(thrown)}` })
  plane.closeEngines().finally(() => process.exit(1))
})

port.on('message', (command: PlaneCommand | { readonly type: 'close' }) => {
  if (command.type !== 'close') return plane.handle(command)
  plane
    .close()
    .catch((thrown) => port.postMessage({ type: 'log', level: 'error', message: messageOf(thrown) }))
    .finally(() => {
      port.postMessage({ type: 'closed' })
      port.close()
    })
})
port.postMessage({ type: 'started', speech: plane.speechLines })
