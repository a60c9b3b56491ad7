// `npm start`: sets the machine up, builds where sources changed, and starts the relay in this very process, so
// that signals reach it as they are. Arguments go to `parley start`.

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { root, setUp } from './setup.mjs'

let built = false
await setUp(['runtime'], async () => {
  built = await build()
})
if (!built) process.exit(1)
const program = join(root, 'dist', 'src', 'cli', 'bin.js')
process.argv = [process.execPath, program, 'start', ...process.argv.slice(2)]
await import(pathToFileURL(program).href)
