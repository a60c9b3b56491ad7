import type { Writable } from 'node:stream'
import { destination, pino } from 'pino'
import pretty from 'pino-pretty'
import type { Log } from '../base/log.js'

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** `auto`: readable lines on a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'pretty' | 'json'
}

/**
 * The process's log. JSON lines are written without waiting and flushed at exit.
 *
 * @param stream where to write instead of standard output
 */
export function createLogger(options: LogOptions, stream?: Writable): Log {
  const readable = options.format === 'pretty' || (options.format === 'auto' && process.stdout.isTTY === true)
  const sink = stream ?? destination({ dest: 1, sync: readable })
  const lines = readable
    ? pretty({ destination: sink, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', singleLine: true })
    : sink
  const logger = pino(
    {
      level: options.level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    lines,
  )
  // pino's own methods are overloaded more widely; ours are a part of them.
  return logger as Log
}
