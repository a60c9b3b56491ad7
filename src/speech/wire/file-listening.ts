import { EventEmitter } from 'node:events'
import { encodeWav, joinPcm } from '../../audio/index.js'
import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { Listening, ListeningEvents, Transcript } from '../engine.js'
import { VendorError } from '../vendor-error.js'

export interface FileListeningOptions {
  readonly vendor: string
  readonly clock: Clock
  /** Hz of the frames written. */
  readonly sampleRate: number
  readonly recognise: (wav: Uint8Array, signal: AbortSignal) => Promise<Transcript>
}

/** Audio kept from before a voice was found, in ms, so that its first sound is not lost. */
const PRE_ROLL_MS = 400
/** Longest turn, in ms; its beginning is dropped beyond that. */
const MOST_MS = 120_000

/** Recognition by whole files: what was said since the last turn is sent when the relay asks for it. */
export class FileListening extends EventEmitter<ListeningEvents> implements Listening {
  private readonly closing = new AbortController()
  private frames: Int16Array[] = []
  private voiced = false
  private samples = 0
  private heardMs = 0
  private order: Promise<void> = Promise.resolve()

  constructor(private readonly options: FileListeningOptions) {
    super()
  }

  write(frame: Int16Array, voiced: boolean): void {
    if (this.closing.signal.aborted) return
    this.frames.push(frame.slice())
    this.samples += frame.length
    this.heardMs += (frame.length * 1000) / this.options.sampleRate
    this.voiced ||= voiced
    const most = ((this.voiced ? MOST_MS : PRE_ROLL_MS) * this.options.sampleRate) / 1000
    while (this.samples > most) this.samples -= this.frames.shift()!.length
  }

  finalize(): void {
    const { frames, voiced, heardMs } = this
    this.frames = []
    this.samples = 0
    this.voiced = false
    // Turns are answered in their order, however long each takes.
    this.order = this.order.then(() => this.recognise(voiced ? frames : [], Math.round(heardMs)))
  }

  async close(): Promise<void> {
    this.closing.abort()
    this.removeAllListeners('partial').removeAllListeners('final')
    await this.order
  }

  private async recognise(frames: readonly Int16Array[], endMs: number): Promise<void> {
    const { signal } = this.closing
    if (signal.aborted) return
    try {
      const nothing: Transcript = { text: '', language: '' }
      const heard = frames.length === 0 ? nothing : await this.options.recognise(this.wav(frames), signal)
      if (!signal.aborted) this.emit('final', { ...heard, endMs })
    } catch (thrown) {
      if (signal.aborted) return
      this.closing.abort()
      const { vendor } = this.options
      this.emit(
        'error',
        thrown instanceof Error ? thrown : new VendorError(vendor, 'server', messageOf(thrown)),
      )
    }
  }

  private wav(frames: readonly Int16Array[]): Uint8Array {
    return encodeWav(joinPcm(frames), this.options.sampleRate)
  }
}
