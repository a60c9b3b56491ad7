import type { Command } from 'commander'
import { createLogger } from '../server/index.js'
import { configHere, version } from './environment.js'

/** Within this many ms a second signal is the same key press: a terminal and npm both pass it on. */
const sameSignalMs = 500

export function register(program: Command): void {
  program
    .command('start')
    .description('start the relay; Ctrl-C lets live calls finish and stops it')
    .action(start)
}

async function start(): Promise<void> {
  const { config, file, warnings } = configHere()
  const log = createLogger(config.log)
  for (const warning of warnings) log.warn({}, warning)
  log.info({ file: file ?? 'none', dataDir: config.data.dir }, `Parley ${version()}`)
  // The other commands need none of this and start at once.
  const { startRelay } = await import('../main.js')
  const relay = await startRelay(config, { version: version(), log })
  let stoppingSince: number | undefined

  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < sameSignalMs) return
      log.warn({}, `${signal} again: stopped at once`)
      process.exit(1)
    }
    stoppingSince = performance.now()
    relay.stop(`${signal} received`).then(
      () => process.exit(0),
      (err) => {
        log.error({ err }, 'Stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)

  for (const line of relay.speech) log.info({}, line)
  log.info({ http: relay.http, sip: relay.sip }, `Ready: HTTP ${relay.http}, SIP ${relay.sip.join(', ')}`)
}
