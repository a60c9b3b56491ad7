import type { FrameTap, TapTracks } from '../../legs/index.js'
import { AnswerDetector } from './answer-detector.js'
import type { AnswerFinding, AnswerWish } from './answer-wish.js'

/** A leg, as far as its party is listened to. */
export interface WatchedLeg {
  readonly sampleRate: number
  onFrames(tap: FrameTap, tracks?: TapTracks): () => void
}

/** Who answered, by the id of who asked. */
export class AnswerWatches {
  private readonly watches = new Map<string, () => void>()

  constructor(
    private readonly leg: WatchedLeg,
    private readonly found: (id: string, finding: AnswerFinding) => void,
  ) {}

  start(id: string, wish: AnswerWish): void {
    this.stop(id)
    const detector = new AnswerDetector(this.leg.sampleRate, wish, (finding) => this.found(id, finding))
    const leave = this.leg.onFrames((inbound) => {
      detector.take(inbound)
      if (detector.done) this.stop(id)
    }, 'inbound')
    this.watches.set(id, leave)
  }

  stop(id: string): void {
    this.watches.get(id)?.()
    this.watches.delete(id)
  }

  close(): void {
    for (const id of [...this.watches.keys()]) this.stop(id)
  }
}
