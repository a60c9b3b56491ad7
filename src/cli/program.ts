import { Command } from 'commander'
import * as call from './call/index.js'
import * as callToken from './call-token.js'
import * as calls from './calls.js'
import * as config from './config.js'
import * as engines from './engines/index.js'
import { version } from './environment.js'
import * as flow from './flow/index.js'
import * as keys from './keys.js'
import * as models from './models/index.js'
import * as show from './show.js'
import * as start from './start.js'

/** The `parley` program. Its commands throw ParleyError. */
export function createProgram(): Command {
  const program = new Command('parley')
    .description('ConversationRelay that you run yourself')
    .version(version())
    .showHelpAfterError()
  for (const command of [start, config, call, calls, show, flow, engines, models, keys, callToken])
    command.register(program)
  return program
}
