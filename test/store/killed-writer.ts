import { Store } from '../../src/store/index.js'

// Child process of kill.test.ts: writes an event every few ms, saying so on standard output, until it is killed.

const store = await Store.open({ file: process.argv[2]! })
let sequenceNumber = 0
setInterval(() => {
  for (let n = 0; n < 5; n++) {
    const at = Date.now()
    store.timeline({
      sessionId: 'VX1',
      sequenceNumber: ++sequenceNumber,
      at,
      name: 'frame_received',
      data: {},
    })
    // Standard output is a pipe: on POSIX this returns when the parent has it.
    process.stdout.write(`${sequenceNumber} ${at}\n`)
  }
}, 2)
