import type { TimelineEvent } from '../session/index.js'

/** Collects timeline events and hands them over once per turn of the event loop. */
export class EventBatch {
  private events: TimelineEvent[] = []

  constructor(private readonly take: (events: readonly TimelineEvent[]) => void) {}

  add(event: TimelineEvent): void {
    if (this.events.push(event) === 1) setImmediate(() => this.flush())
  }

  flush(): void {
    if (this.events.length === 0) return
    const { events } = this
    this.events = []
    this.take(events)
  }
}
