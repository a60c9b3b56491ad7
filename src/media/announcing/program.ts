import type { AnnouncementEnd } from '../announcement.js'

/** What a program tells, while a frame is pulled or at any other time. */
export interface ProgramListener {
  /** The first audible frame is being pulled, or the first digit is about to be sent. */
  began(): void
  /** It is over by itself; nothing follows. */
  ended(end: Extract<AnnouncementEnd, 'completed' | 'failed'>, detail: string, code?: string): void
}

/** One announcement at work. */
export interface Program {
  /** Begins to load what is to be heard; its turn may come later. */
  prepare(): void
  /** Fills a frame. To be called every 20 ms once its turn has come. @returns false when it is silent */
  pull(frame: Int16Array): boolean
  /** Stops. What was audible fades out in the next frame pulled. Nothing is told any more. */
  stop(): void
}
