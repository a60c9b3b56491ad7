import type { Stoppable } from '../../calls/index.js'

export type ActivityKind = 'stream' | 'recording' | 'transcription'

interface Activity {
  readonly kind: ActivityKind
  readonly name: string
  readonly stop: () => void
}

/** What `<Start>` started on a call and `<Stop>` stops; it goes on across documents. */
export class Activities {
  private readonly running = new Set<Activity>()

  /** @returns what to call when it ended by itself */
  add(kind: ActivityKind, name: string, activity: Pick<Stoppable, 'stop'>): () => void {
    const entry = { kind, name, stop: () => activity.stop() }
    this.running.add(entry)
    return () => this.running.delete(entry)
  }

  /** Stops one by name, or all of a kind where no name is told. @returns whether there was one */
  stop(kind: ActivityKind, name: string | undefined): boolean {
    const found = [...this.running].filter(
      (activity) => activity.kind === kind && (name === undefined || activity.name === name),
    )
    for (const activity of found) {
      this.running.delete(activity)
      activity.stop()
    }
    return found.length > 0
  }
}
