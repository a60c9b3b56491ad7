import type { AudioItem } from './items.js'
import type { PlayoutQueue } from './playout-queue.js'

export interface PrefetchOptions {
  readonly queue: PlayoutQueue
  /** Items loaded at a time. */
  readonly parallel: number
  /** Samples loaded ahead of what is heard. */
  readonly lookAhead: number
  /** Fills the item's track; what it throws has been told elsewhere. */
  readonly load: (item: AudioItem) => Promise<void>
}

/** Loads the queue's items in their order ahead of playing: chunk n + 1 is synthesised while n plays. */
export class Prefetch {
  private running = 0

  constructor(private readonly options: PrefetchOptions) {}

  /** Starts what may be started now. */
  pump(): void {
    const { queue, parallel, lookAhead } = this.options
    let ahead = 0
    for (const item of queue.items) {
      if (item.kind === 'digits') continue
      if (item.state === 'waiting') {
        if (this.running >= parallel || ahead >= lookAhead) return
        this.start(item)
      }
      ahead += item.track.length - item.position
    }
  }

  private start(item: AudioItem): void {
    item.state = 'loading'
    this.running++
    this.options.load(item).finally(() => {
      this.running--
      this.pump()
    })
  }
}
