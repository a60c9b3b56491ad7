import { type Command, InvalidArgumentError } from 'commander'
import type { CallRecord, CallStatus } from '../store/index.js'
import { dateTime, duration, table } from './format.js'
import { withRecords } from './with-records.js'

interface Options {
  readonly limit: number
  readonly status?: CallStatus
  readonly search?: string
  readonly data?: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('calls')
    .description('list calls, newest first')
    .option('-n, --limit <count>', 'at most this many', count, 20)
    .option('--status <status>', 'only those that ended, or stand, so: completed, failed, in-progress …')
    .option('--search <text>', 'only those with this in a number, name or identifier')
    .option('--data <folder>', 'folder of the records (default: data.dir of the configuration)')
    .option('--json', 'for machines')
    .action(async ({ limit, status, search, data, json }: Options) => {
      const calls = await withRecords(data, (store) => store.listCalls({ limit, status, search }))
      if (json) console.log(JSON.stringify(calls, null, 2))
      else console.log(calls.length > 0 ? callTable(calls) : 'No calls.')
    })
}

/** One line for each call. */
export function callTable(calls: readonly CallRecord[]): string {
  const head = ['CALL', 'STARTED', 'FROM', 'TO', 'TALKED', 'STATUS', 'ENDED BY']
  return table(
    head,
    calls.map((call) => [
      call.callSid.slice(0, 10),
      dateTime(call.startedAt),
      call.from,
      call.dialled || call.to,
      call.answeredAt !== null && call.endedAt !== null ? duration(call.endedAt - call.answeredAt) : '',
      call.status,
      call.endBy ?? '',
    ]),
  )
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 1000)
    throw new InvalidArgumentError('Expected 1 to 1000.')
  return value
}
