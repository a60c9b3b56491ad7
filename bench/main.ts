import { Command, InvalidArgumentError } from 'commander'
import { raisePriority } from '../src/base/priority.js'
import { tableOf as adaptersTable, measureAdapters } from './adapters/index.js'
import { measureOverhead, tableOf } from './overhead/index.js'

const program = new Command('bench').description('benchmarks of the relay; figures are taken from the wire')

program
  .command('overhead')
  .description('what the relay adds to a call, with speech engines that take no time')
  .option('--calls <numbers>', 'numbers of concurrent calls, by comma', numbers, [1, 50, 100])
  .option('--turns <number>', 'turns measured at each', number, 200)
  .option('--seconds <number>', 'how long the calls are watched at each, at least', number, 15)
  .option('--json', 'prints JSON instead of a table')
  .action(async ({ json, ...options }) => {
    raisePriority()
    const report = await measureOverhead(options)
    process.stdout.write(`${json ? JSON.stringify(report, undefined, 2) : tableOf(report)}\n`)
  })

program
  .command('console')
  .description('how fast the console is there, and how smooth a long call scrolls; needs Chromium')
  .option('--events <number>', 'events of the long call', number, 20_000)
  .option('--loads <number>', 'times that the first page is loaded', number, 7)
  .option('--json', 'prints JSON instead of a table')
  .action(async ({ json, ...options }) => {
    // Who measures something else need not have what drives a browser.
    const { consoleTable, measureConsole } = await import('./console/index.js')
    const report = await measureConsole(options)
    process.stdout.write(`${json ? JSON.stringify(report, undefined, 2) : consoleTable(report)}\n`)
  })

program
  .command('adapters')
  .description("what each cloud vendor's adapter takes between audio and socket")
  .option('--vendors <names>', 'by comma; all by default', names, [])
  .option('--streams <number>', 'concurrent streams', number, 100)
  .option('--seconds <number>', 'how long each is watched, each way', number, 5)
  .option('--json', 'prints JSON instead of a table')
  .action(async ({ json, ...options }) => {
    raisePriority()
    const report = await measureAdapters(options)
    process.stdout.write(`${json ? JSON.stringify(report, undefined, 2) : adaptersTable(report)}\n`)
    process.exit(0)
  })

program.parseAsync().catch((thrown) => {
  process.stderr.write(`It could not be measured: ${(thrown as Error).message}\n`)
  process.exit(1)
})

function number(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('A whole number from 1 is expected.')
  return value
}

function names(text: string): string[] {
  return text.split(',')
}

function numbers(text: string): number[] {
  return text.split(',').map(number)
}
