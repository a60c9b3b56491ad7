import type { Clock, Timer } from '../../base/clock.js'

export interface KeyGatherOptions {
  readonly minimum: number
  readonly maximum: number
  readonly valid: string
  /** Ends input before the maximum; '' for none. */
  readonly terminating: string
  readonly interDigitMs: number
}

export interface GatherResult {
  readonly digits: string
  readonly status: 'valid' | 'invalid' | 'timeout'
}

/** Collects keys until there are enough, the terminating one comes, or the caller takes too long. */
export class KeyGather {
  private digits = ''
  private done = false
  private waiting: Timer | undefined
  private whole: Timer | undefined

  constructor(
    private readonly options: KeyGatherOptions,
    private readonly clock: Clock,
    private readonly finished: (result: GatherResult) => void,
  ) {}

  get collected(): string {
    return this.digits
  }

  /** Lets time run. @param firstMs for the first key @param totalMs for all of them */
  startTimers(firstMs: number, totalMs?: number): void {
    if (this.done || this.waiting || this.digits !== '') return
    this.waiting = this.clock.after(firstMs, () => this.finish('timer'))
    if (totalMs !== undefined) this.whole = this.clock.after(totalMs, () => this.finish('timer'))
  }

  digit(digit: string): void {
    if (this.done) return
    this.waiting?.cancel()
    const { terminating, maximum, interDigitMs } = this.options
    if (digit === terminating) return this.finish('key')
    this.digits += digit
    if (this.digits.length >= maximum) return this.finish('key')
    this.waiting = this.clock.after(interDigitMs, () => this.finish('timer'))
  }

  /** Nothing is told any more. */
  cancel(): void {
    this.done = true
    this.waiting?.cancel()
    this.whole?.cancel()
  }

  private finish(by: 'key' | 'timer'): void {
    if (this.done) return
    this.cancel()
    this.finished({ digits: this.digits, status: this.status(by) })
  }

  private status(by: 'key' | 'timer'): GatherResult['status'] {
    const { minimum, valid } = this.options
    if ([...this.digits].some((digit) => !valid.includes(digit))) return 'invalid'
    if (this.digits.length >= minimum) return 'valid'
    return by === 'timer' ? 'timeout' : 'invalid'
  }
}
