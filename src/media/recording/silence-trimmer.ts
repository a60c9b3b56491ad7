import { fromDbfs, rms } from '../../audio/index.js'

/** Frames quieter than this are silence. */
const threshold = fromDbfs(-50)
/** Frames left before the first sound, and after the last: 100 ms, so that soft consonants stay. */
const marginFrames = 5

/** What becomes of a frame. */
export type FrameFate =
  /** It is part of the silence at the beginning; kept by the trimmer in case the next is not. */
  | 'held'
  /** It is the first with sound: what was held goes before it. */
  | 'first'
  | 'written'

/** Tells the silence at both ends of a recording from what lies between. */
export class SilenceTrimmer {
  /** The last frames of the silence at the beginning, oldest first. */
  readonly held: { readonly left: Int16Array; readonly right: Int16Array }[] = []
  private opened = false
  private frames = 0
  private loudUntil = 0

  /** Takes a frame of both channels; the same twice where there is one. */
  take(left: Int16Array, right: Int16Array): FrameFate {
    const loud = rms(left) >= threshold || (right !== left && rms(right) >= threshold)
    if (!this.opened && !loud) {
      this.hold(left, right)
      return 'held'
    }
    const fate = this.opened ? 'written' : 'first'
    if (!this.opened) this.frames = this.held.length
    this.opened = true
    this.frames++
    if (loud) this.loudUntil = this.frames
    return fate
  }

  /** Frames to be left in the recording, of those that were written. */
  get kept(): number {
    return Math.min(this.frames, this.loudUntil + marginFrames)
  }

  private hold(left: Int16Array, right: Int16Array): void {
    const oldest = this.held.length === marginFrames ? this.held.shift() : undefined
    const kept = oldest ?? { left: new Int16Array(left.length), right: new Int16Array(right.length) }
    kept.left.set(left)
    kept.right.set(right)
    this.held.push(kept)
  }
}
