import type { InterruptMode } from '../../protocol/index.js'
import type { WordMark } from '../../speech/index.js'
import { AudioTrack } from './audio-track.js'
import type { SpokenText } from './spoken-text.js'

/** What waits in the playout queue. */
export type PlayoutItem = AudioItem | DigitsItem
export type AudioItem = SpeechItem | MediaItem

/** How a message may be cut. */
export interface CutRules {
  readonly interruptible: InterruptMode
  readonly preemptible: boolean
}

/** A piece of a talk cycle, ready to be synthesised. */
export interface Chunk extends CutRules {
  readonly text: string
  readonly language: string
}

abstract class Loadable {
  readonly track = new AudioTrack()
  /** Stops the engine or the fetch. */
  readonly abort = new AbortController()
  state: 'waiting' | 'loading' | 'loaded' | 'failed' = 'waiting'
  /** Next sample of the track to be played. */
  position = 0
  /** Samples heard, repetitions included. */
  played = 0
  started = false

  constructor(readonly rules: CutRules) {}
}

/** A chunk of speech, as far as it was synthesised. */
export class SpeechItem extends Loadable {
  readonly kind = 'speech'
  readonly marks: WordMark[] = []
  /** What was asked of the engine, once it was asked. */
  spoken: SpokenText | undefined

  /**
   * @param cycle number of the talk cycle
   * @param first whether it is the cycle's first chunk
   */
  constructor(
    readonly chunk: Chunk,
    readonly cycle: number,
    readonly first: boolean,
  ) {
    super(chunk)
  }
}

/** A media file, as far as it was fetched and decoded. */
export class MediaItem extends Loadable {
  readonly kind = 'media'

  /** @param repetitions how many more times it is to be played from its beginning */
  constructor(
    readonly source: string,
    public repetitions: number,
    rules: CutRules,
  ) {
    super(rules)
  }
}

/** Keys that wait for their turn, or are being sent. */
export class DigitsItem {
  readonly kind = 'digits'
  readonly abort = new AbortController()
  started = false

  constructor(readonly digits: string) {}
}
