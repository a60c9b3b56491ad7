import type { Clock, Timer } from '../../base/clock.js'
import type { Chunk } from './items.js'
import type { SpeakerLimits } from './limits.js'
import { TalkCycle, type Token } from './talk-cycle.js'

/** Chunks of one talk cycle, ready for the queue. */
export interface Cut {
  readonly chunks: readonly Chunk[]
  readonly cycle: number
  /** Whether the first of them is the cycle's first. */
  readonly first: boolean
}

export interface OpenCycleOptions {
  readonly clock: Clock
  readonly limits: SpeakerLimits
  /** A fragment has waited long enough to be spoken as it stands. */
  readonly lapsed: () => void
  /** The cycle is complete. */
  readonly closed: (totals: { tokens: number; words: number }) => void
}

/** The talk cycle whose tokens are coming in, if there is one, and its two clocks. */
export class OpenCycle {
  private cycle: TalkCycle | undefined
  private number = 0
  private fragmentTimer: Timer | undefined
  private holdTimer: Timer | undefined

  constructor(private readonly options: OpenCycleOptions) {}

  get open(): boolean {
    return this.cycle !== undefined
  }

  /** Characters that are no chunk yet; mere space, which waits for what it leads in, does not count. */
  get pending(): number {
    return this.cycle?.pending.trim().length ?? 0
  }

  /** Whether the pending text may be preempted. */
  get preemptible(): boolean {
    return this.cycle?.preemptible ?? false
  }

  /** Whether the cycle is being given time for its next tokens. */
  get held(): boolean {
    return this.holdTimer !== undefined
  }

  /** Whether the pending text will be spoken in time. */
  get watched(): boolean {
    return this.fragmentTimer !== undefined
  }

  /** Numbers a cycle without tokens, such as the greeting. */
  next(): number {
    return ++this.number
  }

  /** Takes a token; opens a cycle when none is open, closes it with the last. */
  take(token: Token): Cut {
    this.cycle ??= new TalkCycle(this.next(), token.language)
    const { cycle } = this
    const first = cycle.unspoken
    const chunks = cycle.take(token)
    if (token.last) this.close()
    else this.watch()
    return { chunks, cycle: cycle.number, first }
  }

  /** The pending text as it stands. */
  flush(): Cut | undefined {
    this.stopFragmentTimer()
    if (!this.cycle || this.pending === 0) return undefined
    const first = this.cycle.unspoken
    return { chunks: this.cycle.flush(), cycle: this.cycle.number, first }
  }

  /** An app may pause in mid-sentence, or never send `last`: what it left is spoken after a while. */
  watch(): void {
    this.stopFragmentTimer()
    if (!this.cycle || this.pending === 0) return
    const { clock, limits, lapsed } = this.options
    const ms = this.cycle.looksWhole ? limits.idleSentenceMs : limits.idleFlushMs
    this.fragmentTimer = clock.after(ms, lapsed)
  }

  /** All of it has been heard: its next tokens may come any moment. If not, it is over, and `then` is called. */
  hold(then: () => void): void {
    this.holdTimer ??= this.options.clock.after(this.options.limits.holdMs, () => {
      this.holdTimer = undefined
      this.close()
      then()
    })
  }

  unhold(): void {
    this.holdTimer?.cancel()
    this.holdTimer = undefined
  }

  /** Forgets the cycle; tokens that still come begin a new one. */
  drop(): void {
    this.cycle = undefined
    this.stopFragmentTimer()
    this.unhold()
  }

  /** The cycle is over, with or without its last token. */
  close(): void {
    const { cycle } = this
    this.drop()
    if (cycle) this.options.closed({ tokens: cycle.tokens, words: cycle.words })
  }

  private stopFragmentTimer(): void {
    this.fragmentTimer?.cancel()
    this.fragmentTimer = undefined
  }
}
