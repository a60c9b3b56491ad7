import type { Transcript } from '../engine.js'

export interface TurnAssemblyEvents {
  partial(transcript: Transcript): void
  final(transcript: Transcript): void
  endOfTurn(): void
}

/**
 * Brings a vendor's pieces of text into the order that `Listening` promises: after `finalize` exactly one `final`,
 * with all that belongs to it. Where the relay decides when a turn is over, pieces that the vendor settles before
 * count as partial.
 */
export class TurnAssembly {
  /** Settled words that no `final` has told yet. */
  private settled = ''
  private pending = ''
  private latest: Transcript | undefined
  private asked = false

  /** @param confirmsFinalize whether `finalized` will be called after each `finalize`; else the next final answers it */
  constructor(
    private readonly endpointing: 'engine' | 'relay',
    private readonly confirmsFinalize: boolean,
    private readonly events: TurnAssemblyEvents,
  ) {}

  /** Whether `finalize` still waits for its answer. */
  get isAsked(): boolean {
    return this.asked
  }

  /** Whether there are words that the vendor has not settled. */
  get isPending(): boolean {
    return this.pending !== ''
  }

  partial(transcript: Transcript): void {
    if (!transcript.text.trim()) return
    this.latest = transcript
    this.pending = transcript.text.trim()
    if (!this.asked) this.events.partial({ ...transcript, text: join(this.settled, this.pending) })
  }

  final(transcript: Transcript): void {
    this.latest = transcript
    this.pending = ''
    const words = transcript.text.trim()
    if (!this.asked && this.endpointing === 'engine') {
      if (words) this.events.final({ ...transcript, text: words })
      return
    }
    this.settled = join(this.settled, words)
    if (!this.asked) {
      if (words) this.events.partial({ ...transcript, text: this.settled })
    } else if (!this.confirmsFinalize) this.settle()
  }

  endOfTurn(): void {
    if (this.asked) this.settle()
    else if (this.endpointing === 'engine') this.events.endOfTurn()
  }

  /** The relay wants the final now. */
  finalize(): void {
    this.asked = true
  }

  /** The vendor has said all, or will not say more. */
  finalized(): void {
    if (this.asked) this.settle()
  }

  private settle(): void {
    const last = this.latest ?? { text: '', language: '' }
    const text = join(this.settled, this.pending)
    this.asked = false
    this.settled = ''
    this.pending = ''
    this.latest = undefined
    this.events.final({ ...last, text })
  }
}

function join(before: string, after: string): string {
  return before && after ? `${before} ${after}` : before || after
}
