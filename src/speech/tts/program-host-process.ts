import { messageOf, ParleyError } from '../../base/errors.js'
import { executeProgram } from './execute-program.js'
import type { FromHost, ToHost } from './program-host.js'

/** Entry of the process that starts programs for a `ProgramHost`. It ends, with all it runs, when that one is gone. */
const running = new Map<number, AbortController>()

process.on('message', (message: ToHost) => {
  if ('abort' in message) {
    running.get(message.abort)?.abort()
    return
  }
  const { id, job } = message
  const abort = new AbortController()
  running.set(id, abort)
  executeProgram(job, abort.signal)
    .then(
      (output): FromHost => ({ id, output }),
      (thrown): FromHost => ({
        id,
        failed: {
          code: thrown instanceof ParleyError ? thrown.code : 'tts_failed',
          message: messageOf(thrown),
        },
      }),
    )
    .then((answer) => {
      running.delete(id)
      process.send?.(answer)
    })
})

// Whoever stops a service tells all of its processes; calls that are still live need this one.
process.on('SIGTERM', () => {})
process.on('disconnect', () => {
  for (const abort of running.values()) abort.abort()
  process.exit()
})
