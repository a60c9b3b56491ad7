import { resample } from '../../audio/index.js'
import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { FetchMedia } from '../../session/index.js'
import type { StreamWish } from '../activity.js'
import { StreamDecoder } from './stream-decoder.js'
import type { StreamCommand, StreamProblem } from './stream-dialect.js'
import { StreamPlayout } from './stream-playout.js'

type Bidirectional = NonNullable<StreamWish['bidirectional']>

export interface StreamSourceOptions extends Bidirectional {
  /** Hz of the leg. */
  readonly legRate: number
  readonly clock: Clock
  readonly fetchMedia: FetchMedia
  /** The audio before a mark has been played, or cleared. */
  mark(name: string): void
  /** Something was not taken. */
  refused(problem: StreamProblem): void
}

/** ms between two files of an app; Telnyx takes one a second. */
const fileEveryMs = 1_000

/** What an app sends to be heard: encoded audio as it is made, or whole MP3 files. */
export class StreamSource {
  /** Who is to hear it. */
  readonly target: Bidirectional['target']
  private readonly decoder: StreamDecoder
  private readonly playout: StreamPlayout
  private readonly abort = new AbortController()
  private lastFileAt = Number.NEGATIVE_INFINITY

  constructor(private readonly options: StreamSourceOptions) {
    const { target, codec, sampleRate, legRate } = options
    this.target = target
    this.decoder = new StreamDecoder(codec, sampleRate, legRate)
    this.playout = new StreamPlayout({
      sampleRate: legRate,
      mark: (name) => options.mark(name),
      rest: () => this.decoder.flush(),
    })
  }

  perform(command: StreamCommand): void {
    switch (command.type) {
      case 'media':
        return this.options.mode === 'mp3' ? this.takeFile(command.payload) : this.takeAudio(command.payload)
      case 'mark':
        return this.playout.mark(command.name)
      case 'clear':
        this.decoder.reset()
        return this.playout.clear()
    }
  }

  /** Fills a frame of 20 ms at the leg's rate. @returns false when there is nothing to be heard */
  pull(frame: Int16Array): boolean {
    return this.playout.pull(frame)
  }

  close(): void {
    this.abort.abort()
    this.decoder.close()
  }

  private takeAudio(payload: Buffer): void {
    const pcm = this.decoder.decode(payload)
    if (!pcm)
      return this.options.refused({ kind: 'invalid-media', detail: 'media.payload cannot be decoded' })
    if (!this.playout.add(pcm)) this.refuseFull()
  }

  private takeFile(file: Buffer): void {
    const { clock, fetchMedia, legRate, refused } = this.options
    const now = clock.now()
    if (now - this.lastFileAt < fileEveryMs) {
      return refused({ kind: 'too-much', detail: 'more than one file within a second' })
    }
    this.lastFileAt = now
    const slot = this.playout.reserve()
    if (!slot) return this.refuseFull()
    fetchMedia(`data:audio/mpeg;base64,${file.toString('base64')}`, this.abort.signal).then(
      ({ pcm, sampleRate }) => slot.fill(resample(pcm, sampleRate, legRate)),
      (thrown) => {
        slot.fill(new Int16Array(0))
        if (!this.abort.signal.aborted) refused({ kind: 'invalid-media', detail: messageOf(thrown) })
      },
    )
  }

  private refuseFull(): void {
    this.options.refused({ kind: 'too-much', detail: 'more audio is queued than is kept' })
  }
}
