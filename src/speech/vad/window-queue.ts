import type { Clock } from '../../base/clock.js'
import type { SampleRing } from './sample-ring.js'
import { type ModelRate, WindowBatch, windowSamples } from './window-batch.js'

/** Who asks about windows and gets the answers. */
export interface WindowSource {
  readonly stream: number
  readonly rate: ModelRate
  /** @param stretch as given with the window; @param start position of its first sample */
  answer(probability: number, stretch: number, start: number): void
}

/** A batch, and for each window in it what the thread need not know. */
class Page {
  readonly batch: WindowBatch
  readonly sources: WindowSource[] = []
  readonly stretches: Int32Array
  readonly starts: Float64Array

  constructor(
    readonly index: number,
    capacity: number,
  ) {
    this.batch = WindowBatch.ofCapacity(capacity)
    this.stretches = new Int32Array(capacity)
    this.starts = new Float64Array(capacity)
  }

  clear(): void {
    this.batch.clear()
    this.sources.length = 0
  }
}

/**
 * Gathers the windows of all calls while the thread is busy or for a few ms, and hands them over together. Bounded:
 * of its two pages one is being filled while the other is with the thread.
 */
export class WindowQueue {
  private readonly pages: readonly [Page, Page]
  private filling: Page
  private away: Page | undefined
  private scheduled = false
  private readonly flushWhenDue = (): void => {
    this.scheduled = false
    this.flush()
  }

  /**
   * @param capacity windows of a page
   * @param gatherMs how long the first window of a page waits for others when the thread is idle
   * @param post hands the page of that number to the thread
   */
  constructor(
    capacity: number,
    private readonly gatherMs: number,
    private readonly clock: Clock,
    private readonly post: (page: number) => void,
  ) {
    this.pages = [new Page(0, capacity), new Page(1, capacity)]
    this.filling = this.pages[0]
  }

  /** The memory that the thread must know, in the order of page numbers. */
  get memory(): readonly SharedArrayBuffer[] {
    return this.pages.map((page) => page.batch.memory)
  }

  /** @returns false when there is no room: the thread lags behind */
  add(source: WindowSource, ring: SampleRing, start: number, stretch: number, first: boolean): boolean {
    const { batch, sources, stretches, starts } = this.filling
    if (batch.count === batch.capacity) return false
    const index = batch.add(source.stream, source.rate, first)
    ring.copy(start, windowSamples(source.rate), batch.samples, batch.offset(index))
    sources[index] = source
    stretches[index] = stretch
    starts[index] = start
    if (!this.away && !this.scheduled) {
      this.scheduled = true
      this.clock.after(this.gatherMs, this.flushWhenDue)
    }
    return true
  }

  /** The thread has run a page: gives its answers out, and hands over what has gathered meanwhile. */
  answered(): void {
    const page = this.away
    if (!page) return
    this.away = undefined
    try {
      for (let i = 0; i < page.batch.count; i++) {
        page.sources[i]!.answer(page.batch.probabilities[i]!, page.stretches[i]!, page.starts[i]!)
      }
    } finally {
      page.clear()
      this.flush()
    }
  }

  /** Forgets everything: the thread is gone. */
  reset(): void {
    this.away = undefined
    for (const page of this.pages) page.clear()
  }

  private flush(): void {
    if (this.away || this.filling.batch.count === 0) return
    this.away = this.filling
    this.filling = this.pages[1 - this.away.index]!
    this.post(this.away.index)
  }
}
