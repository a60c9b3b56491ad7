import { connect } from 'node:net'
import { messageOf } from '../../src/base/errors.js'
import { loadConfig } from '../../src/config/index.js'
import { type Relay, startRelay } from '../../src/main.js'
import { writeControl } from './control.js'
import { instantSpeech } from './instant-speech.js'

// The relay under measurement, in a process of its own: all of it as `parley start` runs it, but for the speech engines.
// Arguments: port of the driver's control socket, configuration as YAML or JSON.

const [port, text = ''] = process.argv.slice(2)
const control = connect(Number(port), '127.0.0.1')
let relay: Relay | undefined

function stop(): void {
  const stopped = relay ? relay.stop('the benchmark is over') : Promise.resolve()
  stopped.finally(() => process.exit(0))
}

// The driver is gone: nobody measures any more.
control.on('close', stop)
control.on('error', () => process.exit(1))
control.once('connect', async () => {
  try {
    const { config } = loadConfig({
      env: { PARLEY_CONFIG: 'bench' },
      cores: 1,
      cwd: process.cwd(),
      readFile: () => text,
    })
    const speech = instantSpeech(control, stop)
    relay = await startRelay(config, { version: 'bench', loadSpeech: async () => speech })
    writeControl(control, 'ready', relay.sip[0]!.split(':').at(-1)!)
  } catch (thrown) {
    writeControl(control, 'failed', messageOf(thrown).replaceAll('\n', ' '))
  }
})
