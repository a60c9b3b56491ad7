import { messageOf, ParleyError } from '../../base/errors.js'
import type { FrameSource } from '../../session/index.js'
import type { Announcement, AnnouncementEnd } from '../announcement.js'
import { createProgram, type ProgramTools } from './create-program.js'
import type { Program } from './program.js'

/** What becomes of a leg's announcements. */
export interface AnnouncerListener {
  announcing(id: string): void
  announced(id: string, end: AnnouncementEnd, detail: string, code?: string): void
}

interface Waiting {
  readonly id: string
  readonly program: Program
}

/** Announcements that may wait on one leg. */
const most = 1000

/** A leg's queue of announcements: one plays, the next is loaded meanwhile. */
export class Announcer implements FrameSource {
  private queue: readonly Waiting[] = []
  /** Stopped just now; its end is still to be heard. */
  private fading: Program | undefined
  private closed = false

  constructor(
    private readonly tools: ProgramTools,
    private readonly listener: AnnouncerListener,
  ) {}

  /** Whether it has the leg's ear. */
  get active(): boolean {
    return this.queue.length > 0 || this.fading !== undefined
  }

  add(id: string, item: Announcement): void {
    if (this.closed) return this.listener.announced(id, 'leg-closed', '')
    try {
      if (this.queue.length >= most) {
        throw new ParleyError('playout_queue_full', `More than ${most} announcements wait to be played.`)
      }
      const program = createProgram(item, this.tools, {
        began: () => this.listener.announcing(id),
        ended: (end, detail, code) => this.ended(program, end, detail, code),
      })
      this.queue = [...this.queue, { id, program }]
      this.load()
    } catch (thrown) {
      this.refuse(id, thrown)
    }
  }

  /** Stops one announcement; all of them without `id`. */
  stop(id?: string): void {
    const unwanted = this.queue.filter((entry) => id === undefined || entry.id === id)
    const head = this.queue[0]
    this.queue = this.queue.filter((entry) => !unwanted.includes(entry))
    for (const { program } of unwanted) program.stop()
    if (head && unwanted.includes(head)) this.fading = head.program
    this.load()
    for (const entry of unwanted) this.listener.announced(entry.id, 'stopped', '')
  }

  /** @see FrameSource */
  pull(frame: Int16Array): boolean {
    const { fading } = this
    if (fading) {
      this.fading = undefined
      return fading.pull(frame)
    }
    return this.queue[0]?.program.pull(frame) ?? false
  }

  /** The leg closes. */
  close(): void {
    this.closed = true
    const { queue } = this
    this.queue = []
    this.fading = undefined
    for (const { id, program } of queue) {
      program.stop()
      this.listener.announced(id, 'leg-closed', '')
    }
  }

  private ended(program: Program, end: AnnouncementEnd, detail: string, code?: string): void {
    const entry = this.queue.find((other) => other.program === program)
    if (!entry) return
    this.queue = this.queue.filter((other) => other !== entry)
    this.load()
    this.listener.announced(entry.id, end, detail, code)
  }

  private load(): void {
    this.queue[0]?.program.prepare()
    this.queue[1]?.program.prepare()
  }

  /** Told a little later, as if its turn had come: whoever asked is not called back within. */
  private refuse(id: string, thrown: unknown): void {
    const code = thrown instanceof ParleyError ? thrown.code : 'internal_error'
    this.tools.clock.after(0, () => this.listener.announced(id, 'failed', messageOf(thrown), code))
  }
}
