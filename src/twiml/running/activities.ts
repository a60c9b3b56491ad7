import type { Stoppable } from '../../calls/index.js'

export type ActivityKind = 'stream' | 'recording' | 'transcription'

/** Something that goes on beside a call's instructions. */
export interface Activity extends Pick<Stoppable, 'stop'> {
  readonly kind: ActivityKind
  readonly sid: string
  /** '' for none. */
  readonly name: string
}

/** What `<Start>` started on a call and `<Stop>` stops; it goes on across documents. */
export class Activities {
  private readonly running = new Set<Activity>()

  /** @returns what to call when it ended by itself */
  add(activity: Activity): () => void {
    this.running.add(activity)
    return () => this.running.delete(activity)
  }

  /** Those of a kind that go by a name or SID; all of the kind where none is told. */
  find(kind: ActivityKind, nameOrSid?: string): readonly Activity[] {
    return [...this.running].filter(
      ({ kind: its, name, sid }) =>
        its === kind && (nameOrSid === undefined || name === nameOrSid || sid === nameOrSid),
    )
  }

  /** Stops them. @returns whether there was one */
  stop(kind: ActivityKind, nameOrSid: string | undefined): boolean {
    const found = this.find(kind, nameOrSid)
    for (const activity of found) {
      this.running.delete(activity)
      activity.stop()
    }
    return found.length > 0
  }
}
