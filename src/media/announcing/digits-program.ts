import { messageOf } from '../../base/errors.js'
import type { Program, ProgramListener } from './program.js'

/** Sends digits; resolves when the last is sent or `signal` aborts. */
export type SendDigits = (digits: string, signal: AbortSignal, pressMs: number) => Promise<void>

/** Digits sent to the party. */
export class DigitsProgram implements Program {
  private readonly abort = new AbortController()
  private started = false

  constructor(
    private readonly digits: string,
    private readonly pressMs: number,
    private readonly send: SendDigits,
    private readonly listener: ProgramListener,
  ) {}

  prepare(): void {}

  pull(): boolean {
    if (!this.started) this.start()
    return false
  }

  stop(): void {
    this.abort.abort()
  }

  private start(): void {
    this.started = true
    this.listener.began()
    const { signal } = this.abort
    this.send(this.digits, signal, this.pressMs).then(
      () => {
        if (!signal.aborted) this.listener.ended('completed', '')
      },
      (thrown) => {
        if (!signal.aborted) this.listener.ended('failed', messageOf(thrown), 'digits_failed')
      },
    )
  }
}
