import type { Clock, Timer } from '../../base/clock.js'
import type { RtpStats } from '../../rtp/index.js'
import type { CallEnding, CallState } from '../call-control.js'
import type { Ending } from './ending.js'
import type { CallJournal } from './journal.js'

/** Where a call stands: begun, answered, ended, and when. Each happens once. */
export class CallLife {
  readonly startedAt: number
  private ringing = false
  private answerTime: number | undefined
  private endTime: number | undefined
  private result: CallEnding | undefined
  private limitTimer: Timer | undefined

  /**
   * @param limitMs ms from the answer to the end; undefined for no limit
   * @param expired the limit is reached
   */
  constructor(
    private readonly clock: Clock,
    private readonly journal: CallJournal,
    private limitMs: number | undefined,
    private readonly expired: () => void,
  ) {
    this.startedAt = clock.now()
  }

  get state(): CallState {
    if (this.result) return 'ended'
    return this.answerTime === undefined ? 'ringing' : 'answered'
  }

  get answeredAt(): number | undefined {
    return this.answerTime
  }

  get endedAt(): number | undefined {
    return this.endTime
  }

  get ending(): CallEnding | undefined {
    return this.result
  }

  /** The callee's phone rings; it may say so again and again. */
  rang(): void {
    if (this.state !== 'ringing' || this.ringing) return
    this.ringing = true
    this.journal.ringing(this.clock.now())
  }

  /** @returns whether it was news */
  answered(codec: string | undefined): boolean {
    if (this.state !== 'ringing') return false
    this.answerTime = this.clock.now()
    this.journal.answered(this.answerTime, codec)
    this.watch()
    return true
  }

  /** Replaces the limit. */
  limit(ms: number): void {
    this.limitMs = ms
    this.watch()
  }

  /** First cause wins. @returns whether it was news */
  end(ending: Ending): boolean {
    if (this.result) return false
    this.result = { ...ending, quality: undefined }
    this.endTime = this.clock.now()
    this.limitTimer?.cancel()
    return true
  }

  /** The leg is closed. @param quality undefined when there never was media */
  closed(ending: CallEnding, quality: RtpStats | undefined): CallEnding {
    this.result = { ...ending, quality }
    this.journal.ended(this.result, this.endTime!)
    return this.result
  }

  private watch(): void {
    this.limitTimer?.cancel()
    if (this.answerTime === undefined || this.limitMs === undefined || this.result) return
    const left = this.answerTime + this.limitMs - this.clock.now()
    this.limitTimer = this.clock.after(Math.max(0, left), this.expired)
  }
}
