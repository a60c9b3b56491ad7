// `npm run bench`: as `npm start`, for the benchmarks. Arguments go to the benchmark: `npm run bench -- overhead`.

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { root, setUp } from './setup.mjs'

let built = false
await setUp(['runtime'], async () => {
  built = await build()
})
if (!built) process.exit(1)
const program = join(root, 'dist', 'bench', 'main.js')
process.argv = [process.execPath, program, ...process.argv.slice(2)]
await import(pathToFileURL(program).href)
