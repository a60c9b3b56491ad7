import type { PlayoutItem } from './items.js'
import type { PlayoutQueue } from './playout-queue.js'

/** Those who wait for what is queued now to be over. */
export class Drain {
  private waiting: { readonly items: ReadonlySet<PlayoutItem>; readonly resolve: () => void }[] = []

  constructor(private readonly queue: PlayoutQueue) {}

  /** Resolves when all that is in the queue now has left it. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ items: new Set(this.queue.items), resolve })
      this.check()
    })
  }

  /** To be called when something has left the queue. */
  check(): void {
    if (this.waiting.length === 0) return
    const over = this.waiting.filter(({ items }) => !this.queue.items.some((item) => items.has(item)))
    this.waiting = this.waiting.filter((waiter) => !over.includes(waiter))
    for (const { resolve } of over) resolve()
  }
}
