/** What a log line carries beside its message: call and session ids, numbers, an `err`. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * Where a room writes its log. Must not wait or throw. Fields used everywhere: `callSid`, `sessionId`, `err`
 * (an Error), `code` (of the error table).
 */
export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
  /** A log whose every line also carries `fields`. */
  child(fields: LogFields): Log
}

const ignore = (): void => {}

/** Says nothing: the default where a log is optional. */
export const silentLog: Log = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLog,
}
