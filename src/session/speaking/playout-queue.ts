import type { AudioItem, PlayoutItem } from './items.js'

/** Made once: an abort without a reason takes a stack trace, in the moment when the caller waits for silence. */
const PURGED = new DOMException('No longer wanted', 'AbortError')

/** The one queue of all that the caller will hear: speech, media and digits, in the order of the app's frames. */
export class PlayoutQueue {
  private waiting: PlayoutItem[] = []

  get length(): number {
    return this.waiting.length
  }

  /** What is playing, or plays next. */
  get head(): PlayoutItem | undefined {
    return this.waiting[0]
  }

  /** What plays after the head. */
  get second(): PlayoutItem | undefined {
    return this.waiting[1]
  }

  /** The speech or media that is playing, or plays next. */
  get nextAudio(): AudioItem | undefined {
    return this.waiting.find((item) => item.kind !== 'digits')
  }

  get items(): readonly PlayoutItem[] {
    return this.waiting
  }

  push(item: PlayoutItem): void {
    this.waiting.push(item)
  }

  shift(): PlayoutItem | undefined {
    return this.waiting.shift()
  }

  /** Takes out what `unwanted` names and aborts its loading or sending. */
  purge(unwanted: (item: PlayoutItem) => boolean): PlayoutItem[] {
    const purged = this.waiting.filter(unwanted)
    this.waiting = this.waiting.filter((item) => !purged.includes(item))
    for (const item of purged) item.abort.abort(PURGED)
    return purged
  }

  /** Whether something audible follows before any digits: the agent then goes on speaking. */
  get audible(): boolean {
    for (const item of this.waiting) {
      if (item.kind === 'digits') return false
      if (!isSilent(item)) return true
    }
    return false
  }
}

/** Nothing of it is left to be heard, nor will be. */
export function isSilent(item: AudioItem): boolean {
  return item.track.complete && item.position >= item.track.length && !willRepeat(item)
}

/** It starts anew when its track is at the end. */
export function willRepeat(item: AudioItem): boolean {
  return item.kind === 'media' && item.repetitions > 0 && item.track.length > 0
}
