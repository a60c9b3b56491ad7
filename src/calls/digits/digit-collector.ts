import type { Clock, Timer } from '../../base/clock.js'

/** What is collected, and how long it is waited for. */
export interface DigitWish {
  /** Digits that are enough, and digits that are all. */
  readonly min: number
  readonly max: number
  /** Keys that end the input and are no part of it; '' for none. */
  readonly terminators: string
  /** Keys that may be part of it. */
  readonly valid: string
  /** Whether any other key ends the input as invalid, or counts for nothing. */
  readonly otherKeys: 'end' | 'ignore'
  /** ms to the first digit, from one to the next, and for all; 0 waits for ever. */
  readonly initialMs: number
  readonly betweenMs: number
  readonly totalMs: number
}

/**
 * `valid`: enough digits. `invalid`: too few of them, or a key that may not be. `timeout`: none at all. `stopped`: asked
 * to stop.
 */
export interface DigitResult {
  readonly result: 'valid' | 'invalid' | 'timeout' | 'stopped'
  readonly digits: string
  /** The terminating key, where one ended it. */
  readonly terminator: string | undefined
}

/** Makes an input of the keys that a party presses. Keys count from the beginning, time only from `start`. */
export class DigitCollector {
  private collected = ''
  private waiting = false
  private over = false
  private nextTimer: Timer | undefined
  private totalTimer: Timer | undefined

  /** @param done told once */
  constructor(
    private readonly wish: DigitWish,
    private readonly clock: Clock,
    private readonly done: (result: DigitResult) => void,
  ) {}

  get digits(): string {
    return this.collected
  }

  /** Time begins to count: the prompt is over. */
  start(): void {
    if (this.waiting || this.over) return
    this.waiting = true
    const { initialMs, betweenMs, totalMs } = this.wish
    this.waitForNext(this.collected === '' ? initialMs : betweenMs)
    if (totalMs > 0) this.totalTimer = this.clock.after(totalMs, () => this.timedOut())
  }

  /** @param key one of `0-9 * # A-D` */
  key(key: string): void {
    if (this.over) return
    const { terminators, valid, otherKeys, max, betweenMs } = this.wish
    if (terminators.includes(key)) this.end(this.verdict(), key)
    else if (!valid.includes(key)) {
      if (otherKeys === 'end') this.end('invalid')
    } else {
      this.collected += key
      if (this.collected.length >= max) this.end('valid')
      else if (this.waiting) this.waitForNext(betweenMs)
    }
  }

  stop(): void {
    this.end('stopped')
  }

  private waitForNext(ms: number): void {
    this.nextTimer?.cancel()
    if (ms > 0) this.nextTimer = this.clock.after(ms, () => this.timedOut())
  }

  private timedOut(): void {
    this.end(this.collected === '' && this.wish.min > 0 ? 'timeout' : this.verdict())
  }

  private verdict(): 'valid' | 'invalid' {
    return this.collected.length >= this.wish.min ? 'valid' : 'invalid'
  }

  private end(result: DigitResult['result'], terminator?: string): void {
    if (this.over) return
    this.over = true
    this.nextTimer?.cancel()
    this.totalTimer?.cancel()
    this.done({ result, digits: this.collected, terminator })
  }
}
