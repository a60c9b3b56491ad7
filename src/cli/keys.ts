import { resolve } from 'node:path'
import type { Command } from 'commander'
import { configHere } from './environment.js'

export function register(program: Command): void {
  program
    .command('keys')
    .description('print what apps verify webhooks with, ready for their environment')
    .option('--data <folder>', 'folder of the records (default: data.dir of the configuration)')
    .action(async ({ data }: { readonly data?: string }) => {
      // The APIs behind them take long to load.
      const { signingKeyIn } = await import('../telnyx/index.js')
      const { accountIn } = await import('../twilio/index.js')
      const { config } = configHere()
      const folder = data === undefined ? config.data.dir : resolve(data)
      const { account } = accountIn(folder, config.twilio)
      console.log(`TELNYX_PUBLIC_KEY=${signingKeyIn(folder).publicKey}`)
      console.log(`TWILIO_ACCOUNT_SID=${account.sid}`)
      console.log(`TWILIO_AUTH_TOKEN=${account.authToken}`)
    })
}
