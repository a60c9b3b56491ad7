import { type Command, Option } from 'commander'
import type { DrawOptions } from './on-files.js'

export function register(program: Command): void {
  const flow = program.command('flow').description("Studio's flows")

  flow
    .command('check')
    .description('check a definition, and tell every problem with its place')
    .argument('<file>', "definition in Studio's JSON")
    .option('--json', 'for machines')
    .action(async (file: string, { json }: { readonly json?: boolean }) => {
      // The other commands need no flows and start at once.
      const { check } = await import('./on-files.js')
      if (!check(file, json ?? false)) process.exitCode = 1
    })

  flow
    .command('draw')
    .description('draw a definition as a graph')
    .argument('<file>', "definition in Studio's JSON")
    .addOption(
      new Option('--format <format>', 'default: svg where --out ends so, else mermaid').choices([
        'mermaid',
        'svg',
      ]),
    )
    .option('--execution <sid>', 'highlight what this execution took')
    .option('--out <file>', 'write it there')
    .option('--data <folder>', 'folder of the records (default: data.dir of the configuration)')
    .action(async (file: string, options: DrawOptions) => {
      const { draw } = await import('./on-files.js')
      await draw(file, options)
    })
}
