// `npm start`: sets the machine up, builds where sources changed, and starts the relay. Arguments go to `parley start`.

import { runProgram } from './run-program.mjs'

await runProgram('src/cli/bin.js', ['start', ...process.argv.slice(2)])
