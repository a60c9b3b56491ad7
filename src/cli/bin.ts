#!/usr/bin/env node
import { Command } from 'commander'
import { ParleyError } from '../base/errors.js'
import * as call from './call/index.js'
import * as calls from './calls.js'
import * as config from './config.js'
import { version } from './environment.js'
import * as show from './show.js'
import * as start from './start.js'

const program = new Command('parley')
  .description('ConversationRelay that you run yourself')
  .version(version())
  .showHelpAfterError()

for (const command of [start, config, call, calls, show]) command.register(program)

try {
  await program.parseAsync()
} catch (thrown) {
  if (!(thrown instanceof ParleyError)) throw thrown
  console.error(`${thrown.message}\n${thrown.remedy}`)
  process.exitCode = 1
}
