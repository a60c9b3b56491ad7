import { resolve } from 'node:path'
import type { Command } from 'commander'
import { configHere } from './environment.js'

export function register(program: Command): void {
  program
    .command('keys')
    .description('print the public key that verifies webhooks, ready for the environment of an app')
    .option('--data <folder>', 'folder of the records (default: data.dir of the configuration)')
    .action(async ({ data }: { readonly data?: string }) => {
      // The API behind it takes long to load.
      const { signingKeyIn } = await import('../telnyx/index.js')
      const folder = data === undefined ? configHere().config.data.dir : resolve(data)
      console.log(`TELNYX_PUBLIC_KEY=${signingKeyIn(folder).publicKey}`)
    })
}
