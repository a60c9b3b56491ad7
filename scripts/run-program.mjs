// Runs a program of dist in this very process, so that signals reach it as they are, once the machine is set up and what
// changed is built.

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { root, setUp } from './setup.mjs'

/**
 * Ends the process where it cannot be built.
 *
 * @param {string} path of the program, below dist
 * @param {string[]} args
 */
export async function runProgram(path, args) {
  let built = false
  await setUp(['runtime'], async () => {
    built = await build()
  })
  if (!built) process.exit(1)
  const program = join(root, 'dist', path)
  process.argv = [process.execPath, program, ...args]
  await import(pathToFileURL(program).href)
}
