import { type AudioFile, type AudioFileOptions, clip } from '../../audio/index.js'
import { messageOf } from '../../base/errors.js'
import type { TapTracks } from '../../legs/index.js'
import type { VoiceDetector } from '../../speech/index.js'
import type { RecordEnd, RecordWish } from '../activity.js'
import type { TappedLeg } from '../listening/listens.js'
import { SilenceTrimmer } from './silence-trimmer.js'

const frameMs = 20

export interface RecordingOptions {
  readonly leg: TappedLeg
  readonly wish: RecordWish
  readonly detector: VoiceDetector
  readonly create: (path: string, options: AudioFileOptions) => AudioFile
  readonly listener: RecordingListener
}

export interface RecordingListener {
  /** The file is there, and frames go into it. */
  started(): void
  /** All is in the file; nothing follows. */
  ended(end: RecordEnd, facts: { durationMs: number; bytes: number; detail: string }): void
}

/** One recording of a leg, from the first frame to the end of its file. */
export class Recording {
  private readonly file: AudioFile
  private readonly stereo: boolean
  private readonly mixed: Int16Array
  private readonly silence: Int16Array
  private readonly trimmer: SilenceTrimmer | undefined
  private readonly leave: () => void
  private readonly stopVoice: () => void
  private written = 0
  private pausing = false
  private silentPause = false
  private voiced = false
  private silentMs = 0
  private over: Promise<void> | undefined

  constructor(private readonly options: RecordingOptions) {
    const { leg, wish, create, listener } = options
    this.stereo = wish.track === 'both' && wish.channels === 'dual'
    this.mixed = new Int16Array(leg.sampleRate / 50)
    this.silence = new Int16Array(leg.sampleRate / 50)
    this.trimmer = wish.trim ? new SilenceTrimmer() : undefined
    this.file = create(wish.path, {
      sampleRate: leg.sampleRate,
      channels: this.stereo ? 2 : 1,
      onError: (message) => void this.end('failed', message),
    })
    this.file.opened.then(
      () => listener.started(),
      (thrown) => this.end('failed', messageOf(thrown)),
    )
    const voice = wish.silenceMs > 0 ? this.openVoice() : undefined
    this.stopVoice = () => voice?.close()
    this.leave = leg.onFrames((inbound, outbound) => {
      voice?.write(inbound)
      this.frame(inbound, outbound)
    }, this.tracks)
  }

  /** While paused, nothing that is heard is written, and silence does not count. @param silent silence is written instead */
  pause(paused: boolean, silent: boolean): void {
    this.pausing = paused
    this.silentPause = silent
    this.silentMs = 0
  }

  /** Ends it. Resolves when the file is whole and the listener told. */
  end(end: RecordEnd, detail = ''): Promise<void> {
    this.over ??= this.finish(end, detail)
    return this.over
  }

  /** The party's voice is needed for the silence that ends it, whatever is recorded. */
  private get tracks(): TapTracks {
    const { track, silenceMs } = this.options.wish
    return track === 'outbound' && silenceMs > 0 ? 'both' : track
  }

  private openVoice() {
    const { leg, detector } = this.options
    return detector.open(leg.sampleRate, {
      voiceStart: () => {
        this.voiced = true
      },
      voiceEnd: (agoMs) => {
        this.voiced = false
        this.silentMs = agoMs
      },
    })
  }

  private frame(inbound: Int16Array, outbound: Int16Array): void {
    if (this.over) return
    if (this.pausing) {
      if (this.silentPause) this.write(this.silence)
      return
    }
    const { track, silenceMs, maxMs } = this.options.wish
    if (this.stereo) this.write(inbound, outbound)
    else if (track === 'both') this.write(this.mix(inbound, outbound))
    else this.write(track === 'inbound' ? inbound : outbound)
    this.silentMs = this.voiced ? 0 : this.silentMs + frameMs
    if (silenceMs > 0 && this.silentMs >= silenceMs) this.end('silence')
    else if (maxMs > 0 && this.written * frameMs >= maxMs) this.end('max-length')
  }

  private write(left: Int16Array, right = left): void {
    const fate = this.trimmer?.take(left, right) ?? 'written'
    if (fate === 'held') return
    if (fate === 'first') for (const held of this.trimmer!.held) this.append(held.left, held.right)
    this.append(left, right)
  }

  private append(left: Int16Array, right: Int16Array): void {
    this.file.write(left, right)
    this.written++
  }

  private mix(inbound: Int16Array, outbound: Int16Array): Int16Array {
    for (let i = 0; i < inbound.length; i++) this.mixed[i] = clip(inbound[i]! + outbound[i]!)
    return this.mixed
  }

  private async finish(end: RecordEnd, detail: string): Promise<void> {
    const { leg, listener } = this.options
    this.leave()
    this.stopVoice()
    const frames = this.trimmer?.kept ?? this.written
    const bytes = await this.file.close((frames * leg.sampleRate) / 50)
    const durationMs = end === 'failed' ? 0 : frames * frameMs
    listener.ended(end, { durationMs, bytes, detail })
  }
}
