import {
  type AudioFile,
  type AudioFileOptions,
  createWavAudioFile,
  type Mp3Encoder,
} from '../../audio/index.js'
import type { VoiceDetector } from '../../speech/index.js'
import type { RecordEnd, RecordWish } from '../activity.js'
import type { TappedLeg } from '../listening/listens.js'
import { Recording } from './recording.js'

export interface RecordingsOptions {
  readonly detector: VoiceDetector
  readonly mp3: Mp3Encoder
  readonly listener: {
    started(id: string): void
    ended(id: string, end: RecordEnd, facts: { durationMs: number; bytes: number; detail: string }): void
  }
}

/** The recordings of a leg, by the ids of who asked. */
export class Recordings {
  private readonly running = new Map<string, Recording>()

  constructor(
    private readonly leg: TappedLeg,
    private readonly options: RecordingsOptions,
  ) {}

  start(id: string, wish: RecordWish): void {
    const { detector, listener } = this.options
    this.stop(id)
    const recording = new Recording({
      leg: this.leg,
      wish,
      detector,
      create: (path, options) => this.create(wish.format, path, options),
      listener: {
        started: () => listener.started(id),
        ended: (end, facts) => {
          if (this.running.get(id) === recording) this.running.delete(id)
          listener.ended(id, end, facts)
        },
      },
    })
    this.running.set(id, recording)
  }

  pause(id: string, paused: boolean, silent: boolean): void {
    this.running.get(id)?.pause(paused, silent)
  }

  stop(id: string): void {
    this.running.get(id)?.end('stopped')
  }

  /** The leg closes. Resolves when all files are whole. */
  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map((recording) => recording.end('leg-closed')))
  }

  private create(format: RecordWish['format'], path: string, options: AudioFileOptions): AudioFile {
    return format === 'mp3' ? this.options.mp3.create(path, options) : createWavAudioFile(path, options)
  }
}
