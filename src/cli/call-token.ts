import { resolve } from 'node:path'
import type { Command } from 'commander'
import { systemClock } from '../base/clock.js'
import { ParleyError } from '../base/errors.js'
import { configHere } from './environment.js'

interface Options {
  readonly to?: string
  readonly client?: string
  readonly expires: string
  readonly data?: string
}

export function register(program: Command): void {
  program
    .command('call-token')
    .description('print a token with which a browser may call, or be called by a name')
    .option('--to <number>', 'what may be dialled; * for anything that is routed')
    .option('--client <name>', 'name that may be registered, and that calls come from')
    .option('--expires <seconds>', 'time until it expires, a day at most', '300')
    .option('--data <folder>', 'folder of the records (default: data.dir of the configuration)')
    .action(async ({ to, client, expires, data }: Options) => {
      // What is behind it takes long to load.
      const { CallTokens, readTokenWish, tokenKeyIn } = await import('../web/index.js')
      const wish = readTokenWish({ to, client, expiresIn: Number(expires) })
      if (typeof wish === 'string') throw new ParleyError('http_bad_request', wish)
      const folder = data === undefined ? configHere().config.data.dir : resolve(data)
      const tokens = new CallTokens(tokenKeyIn(folder), () => systemClock.now())
      console.log(tokens.make(wish, wish.expiresIn).token)
    })
}
