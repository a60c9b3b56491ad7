import { createWavFile, type WavWriter } from '../audio/index.js'
import { messageOf } from '../base/errors.js'

/** Writes both sides of a call as a stereo WAV, caller left, agent right, while it goes on. */
export class Recorder {
  /** Resolves when frames are taken; those before it are not in the file. */
  readonly opened: Promise<WavWriter | undefined>
  private writer: WavWriter | undefined
  private closed = false

  /**
   * @param path file to create
   * @param sampleRate Hz of the frames written
   * @param failed told once when the file cannot be written; the call goes on without it
   */
  constructor(path: string, sampleRate: number, failed: (detail: string) => void) {
    const report = (detail: string) => failed(`recording ${path}: ${detail}`)
    this.opened = createWavFile(path, { sampleRate, channels: 2, onError: report }).then(
      (writer) => {
        this.writer = writer
        return writer
      },
      (thrown) => {
        report(messageOf(thrown))
        return undefined
      },
    )
  }

  /** One 20 ms frame of each side; copied. */
  write(caller: Int16Array, agent: Int16Array): void {
    if (!this.closed) this.writer?.write(caller, agent)
  }

  /** Resolves when everything is in the file. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    await (await this.opened)?.close()
  }
}
