// `npm run bench`: as `npm start`, for the benchmarks. Arguments go to the benchmark: `npm run bench -- overhead`.

import { runProgram } from './run-program.mjs'

await runProgram('bench/main.js', process.argv.slice(2))
