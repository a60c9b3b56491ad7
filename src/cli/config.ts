import type { Command } from 'commander'
import { configHere } from './environment.js'

export function register(program: Command): void {
  program
    .command('config')
    .description('the configuration')
    .command('check')
    .description('check the configuration without starting anything')
    .action(async () => {
      const { file, warnings, config } = configHere()
      for (const flow of config.studio.flows) {
        // The other commands need no flows and start at once.
        const { flowTextOf, readFlowFile } = await import('../studio/index.js')
        readFlowFile(flow, flowTextOf(flow.file))
      }
      for (const warning of warnings) console.warn(warning)
      console.log(`${file ?? 'The default configuration'} is good.`)
    })
}
