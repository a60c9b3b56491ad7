import type { FrameSource, LegRate } from '../leg.js'
import type { AudioItem } from './items.js'
import { isSilent, type PlayoutQueue, willRepeat } from './playout-queue.js'

/** What the player tells while a frame is pulled. */
export interface PlayerListener {
  /** An item's first sample is in the frame being pulled. */
  began(item: AudioItem): void
  /** An item has been played to its end, or to where its loading failed; it has left the queue. */
  ended(item: AudioItem): void
  /** A frame has been filled. */
  pulled(): void
}

export interface PlayerOptions {
  readonly queue: PlayoutQueue
  readonly sampleRate: LegRate
  readonly listener: PlayerListener
  /** Ramp at pauses and cuts. */
  readonly fadeMs: number
  /** Audio awaited after the source fell behind. */
  readonly rebufferMs: number
}

/**
 * Fills frames from the queue's audio, one item right behind the other, with ramps where speech is paused, resumed or
 * cut. `pull` allocates nothing.
 */
export class Player implements FrameSource {
  /** Nothing plays before the call is answered. */
  running = false
  private held = false
  private fadeOutDue = false
  private fadeInDue = false
  private starved = false
  private readonly fade: number
  private readonly rebuffer: number
  /** The faded end of what was cut, still to be heard. */
  private readonly tail: Int16Array
  private tailLength = 0

  constructor(private readonly options: PlayerOptions) {
    this.fade = Math.round((options.sampleRate * options.fadeMs) / 1000)
    this.rebuffer = Math.round((options.sampleRate * options.rebufferMs) / 1000)
    this.tail = new Int16Array(this.fade)
  }

  get paused(): boolean {
    return this.held
  }

  /** Falls silent within the next frame, keeping its place. */
  pause(): void {
    if (this.held) return
    this.held = true
    this.fadeOutDue = this.midway !== undefined && !this.fadeInDue
  }

  /** Goes on where it fell silent. */
  resume(): void {
    if (!this.held) return
    this.held = false
    // A pause that no frame has seen leaves no trace.
    this.fadeInDue ||= this.midway !== undefined && !this.fadeOutDue
    this.fadeOutDue = false
  }

  /** Prepares for the head of the queue to be taken out: what is cut in the middle fades instead of clicking. */
  release(): void {
    const item = this.midway
    const audible = item && !this.starved && (!this.held || this.fadeOutDue)
    if (audible) {
      this.tailLength = item.track.read(item.position, this.tail, 0, this.fade)
      ramp(this.tail, 0, this.tailLength, 1, 0)
    }
    this.fadeOutDue = false
    this.fadeInDue = false
    this.starved = false
  }

  pull(frame: Int16Array): boolean {
    frame.fill(0)
    let filled = this.pullTail(frame)
    if (this.held) filled += this.pullFadeOut(frame, filled)
    else if (this.running) filled += this.pullQueue(frame, filled)
    this.options.listener.pulled()
    return filled > 0
  }

  /** The item being played, when some of it has been heard. */
  private get midway(): AudioItem | undefined {
    const { head } = this.options.queue
    return head && head.kind !== 'digits' && head.started ? head : undefined
  }

  private pullTail(frame: Int16Array): number {
    const length = Math.min(this.tailLength, frame.length)
    for (let i = 0; i < length; i++) frame[i] = this.tail[i]!
    this.tailLength = 0
    return length
  }

  /** The position stays: the faded samples are heard again after the pause. */
  private pullFadeOut(frame: Int16Array, at: number): number {
    const item = this.midway
    if (!this.fadeOutDue || !item) return 0
    this.fadeOutDue = false
    const length = item.track.read(item.position, frame, at, Math.min(this.fade, frame.length - at))
    ramp(frame, at, length, 1, 0)
    return length
  }

  private pullQueue(frame: Int16Array, from: number): number {
    const { queue, listener } = this.options
    let at = from
    for (let item = queue.head; item && item.kind !== 'digits'; item = queue.head) {
      if (at === frame.length && !isSilent(item)) break
      if (this.waits(item, frame.length - at)) break
      at += this.copy(item, frame, at)
      if (item.position < item.track.length) continue
      if (willRepeat(item) && item.kind === 'media') {
        item.repetitions--
        item.position = 0
      } else if (item.track.complete) {
        queue.shift()
        listener.ended(item)
      } else break
    }
    return at - from
  }

  /** Whether an item's audio is too short of a frame to begin, or of the reserve to go on. */
  private waits(item: AudioItem, room: number): boolean {
    if (item.track.complete) return false
    const there = item.track.length - item.position
    if (this.starved) return there < this.rebuffer
    return item.started ? there === 0 : there < room
  }

  private copy(item: AudioItem, frame: Int16Array, at: number): number {
    const { track } = item
    const count = track.read(item.position, frame, at, frame.length - at)
    if (count === 0) {
      this.starved ||= item.started && !track.complete
      return 0
    }
    if (!item.started) {
      item.started = true
      this.options.listener.began(item)
    }
    if (this.starved || this.fadeInDue) ramp(frame, at, Math.min(this.fade, count), 0, 1)
    this.fadeInDue = false
    item.position += count
    item.played += count
    this.starved = !track.complete && at + count < frame.length
    if (this.starved) {
      const length = Math.min(this.fade, count)
      ramp(frame, at + count - length, length, 1, 0)
    }
    return count
  }
}

/** Multiplies `length` samples with a gain that goes in a straight line from `from` to `to`. */
function ramp(pcm: Int16Array, start: number, length: number, from: number, to: number): void {
  for (let i = 0; i < length; i++) {
    pcm[start + i] = Math.round(pcm[start + i]! * (from + ((to - from) * (i + 0.5)) / length))
  }
}
