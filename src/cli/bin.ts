#!/usr/bin/env node
import { ParleyError } from '../base/errors.js'
import { createProgram } from './program.js'

try {
  await createProgram().parseAsync()
} catch (thrown) {
  if (!(thrown instanceof ParleyError)) throw thrown
  console.error(`${thrown.message}\n${thrown.remedy}`)
  process.exitCode = 1
}
