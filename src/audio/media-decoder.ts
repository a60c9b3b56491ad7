import type { Worker } from 'node:worker_threads'
import { type Clock, systemClock, type Timer } from '../base/clock.js'
import type { ErrorCode } from '../base/error-table.js'
import { ParleyError } from '../base/errors.js'
import { startWorker } from '../base/worker.js'
import type { DecodeOptions } from './decode-media.js'
import type { Audio } from './wav-reader.js'

export interface DecodeRequest {
  readonly id: number
  readonly bytes: Uint8Array
  readonly contentType: string | undefined
  /** Hz wanted; undefined for the file's own. */
  readonly sampleRate: number | undefined
  readonly options: DecodeOptions
}

export type DecodeReply =
  | { readonly id: number; readonly pcm: Int16Array; readonly sampleRate: number }
  | { readonly id: number; readonly code: ErrorCode; readonly message: string }

export interface MediaDecoderOptions extends DecodeOptions {
  /** The longest that one decode may wait and take, in ms. Default 20,000. */
  readonly timeoutMs?: number
  readonly clock?: Clock
}

interface Waiting {
  resolve(audio: Audio): void
  reject(error: ParleyError): void
  readonly timer: Timer
}

/**
 * `decodeMedia` on a thread of its own, so that no call stutters while a file decodes. The thread starts with the first
 * file, and anew after it had to be stopped over one that took too long.
 */
export class MediaDecoder {
  private readonly clock: Clock
  private worker: Worker | undefined
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 0

  constructor(private readonly options: MediaDecoderOptions = {}) {
    this.clock = options.clock ?? systemClock
  }

  /**
   * @param bytes a WAV or MP3 file; copied
   * @param contentType what the server called it, for error messages
   * @param sampleRate Hz wanted; the file's own when absent
   * @throws ParleyError `media_unsupported`, `media_damaged` or `media_too_long`
   */
  decode(bytes: Uint8Array, contentType?: string, sampleRate?: number): Promise<Audio> {
    const id = this.nextId++
    const timeoutMs = this.options.timeoutMs ?? 20_000
    return new Promise<Audio>((resolve, reject) => {
      const timer = this.clock.after(timeoutMs, () => {
        this.fail('media_too_long', `Decoding the media took longer than ${timeoutMs} ms`)
      })
      this.waiting.set(id, { resolve, reject, timer })
      const options = { longestSeconds: this.options.longestSeconds }
      this.thread().postMessage({ id, bytes, contentType, sampleRate, options } satisfies DecodeRequest)
    })
  }

  /** Stops the thread; what it still had to do is rejected. */
  async close(): Promise<void> {
    const { worker } = this
    this.fail('media_damaged', 'The decoder was closed before the media was decoded')
    await worker?.terminate()
  }

  private thread(): Worker {
    if (this.worker) return this.worker
    // mpg123 reports damaged frames on the console as well; the error thrown says enough.
    const worker = startWorker('./decode-worker', import.meta.url, { stderr: true, stdout: true })
    this.worker = worker
    worker.unref()
    worker.on('message', (reply: DecodeReply) => this.settle(reply))
    worker.on('error', (error) => {
      if (this.worker === worker) this.fail('media_damaged', `The decoder failed: ${error.message}`)
    })
    return worker
  }

  private settle(reply: DecodeReply): void {
    const waiting = this.waiting.get(reply.id)
    if (!waiting) return
    this.waiting.delete(reply.id)
    waiting.timer.cancel()
    if ('pcm' in reply) waiting.resolve({ pcm: reply.pcm, sampleRate: reply.sampleRate })
    else waiting.reject(new ParleyError(reply.code, reply.message))
  }

  /** Gives up on the thread, and on all that waits for it: it works on one file at a time. */
  private fail(code: ErrorCode, message: string): void {
    void this.worker?.terminate()
    this.worker = undefined
    for (const { reject, timer } of this.waiting.values()) {
      timer.cancel()
      reject(new ParleyError(code, message))
    }
    this.waiting.clear()
  }
}
