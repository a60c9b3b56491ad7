import type { Worker } from 'node:worker_threads'
import { messageOf } from '../base/errors.js'
import { startWorker } from '../base/worker.js'
import type { AudioFile, AudioFileOptions } from './audio-file.js'

/** kbit/s; constant, and such that every MP3 frame has the same size. */
export type Mp3Bitrate = 32 | 48 | 64 | 96

export type Mp3Request =
  | {
      readonly type: 'open'
      readonly id: number
      readonly path: string
      readonly sampleRate: 8000 | 16000
      readonly channels: 1 | 2
      readonly bitrate: Mp3Bitrate
    }
  /** Samples of the channels by turns. */
  | { readonly type: 'encode'; readonly id: number; readonly pcm: Int16Array }
  | { readonly type: 'close'; readonly id: number; readonly keep: number }

export type Mp3Reply =
  | { readonly id: number; readonly type: 'opened' }
  | { readonly id: number; readonly type: 'closed'; readonly bytes: number }
  | { readonly id: number; readonly type: 'failed'; readonly message: string }

/** Audio collected before it goes to the encoder's thread, in ms. */
const chunkMs = 500

/** Writes MP3 files on a thread of its own, which starts with the first file. One for all recordings of a shard. */
export class Mp3Encoder {
  private worker: Worker | undefined
  private readonly files = new Map<number, Mp3File>()
  private nextId = 0

  /** Creates (or empties) the file at `path`. */
  create(path: string, options: AudioFileOptions): AudioFile {
    const id = this.nextId++
    const file = new Mp3File(id, options, (request) => this.send(request))
    this.files.set(id, file)
    const { sampleRate, channels } = options
    const bitrate = sampleRate === 8000 ? (channels === 1 ? 32 : 64) : channels === 1 ? 48 : 96
    this.send({ type: 'open', id, path, sampleRate, channels, bitrate })
    return file
  }

  /** Stops the thread; files should have been closed before. */
  async close(): Promise<void> {
    const { worker } = this
    this.worker = undefined
    this.failAll('the encoder was closed')
    await worker?.terminate()
  }

  private send(request: Mp3Request): void {
    this.worker ??= this.start()
    this.worker.postMessage(request)
  }

  private start(): Worker {
    const worker = startWorker('./mp3-worker', import.meta.url)
    worker.unref()
    worker.on('message', (reply: Mp3Reply) => {
      this.files.get(reply.id)?.reply(reply)
      if (reply.type !== 'opened') this.files.delete(reply.id)
    })
    worker.on('error', (error) => {
      if (this.worker === worker) this.worker = undefined
      this.failAll(messageOf(error))
    })
    return worker
  }

  private failAll(message: string): void {
    const files = [...this.files]
    this.files.clear()
    for (const [id, file] of files) file.reply({ id, type: 'failed', message })
  }
}

class Mp3File implements AudioFile {
  readonly opened: Promise<void>
  private readonly closed: Promise<number>
  private chunk: Int16Array
  private filled = 0
  private written = 0
  private over = false
  private settleOpened!: (error?: Error) => void
  private settleClosed!: (bytes: number) => void

  constructor(
    private readonly id: number,
    private readonly options: AudioFileOptions,
    private readonly send: (request: Mp3Request) => void,
  ) {
    this.opened = new Promise((resolve, reject) => {
      this.settleOpened = (error) => (error ? reject(error) : resolve())
    })
    this.closed = new Promise((resolve) => {
      this.settleClosed = resolve
    })
    this.opened.catch(() => {})
    this.chunk = this.newChunk()
  }

  write(left: Int16Array, right?: Int16Array): void {
    if (this.over) return
    for (let i = 0; i < left.length; i++) {
      this.chunk[this.filled++] = left[i]!
      if (this.options.channels === 2) this.chunk[this.filled++] = right?.[i] ?? 0
      if (this.filled === this.chunk.length) this.handOver()
    }
    this.written += left.length
  }

  close(keep = this.written): Promise<number> {
    if (!this.over) {
      this.over = true
      this.handOver()
      this.send({ type: 'close', id: this.id, keep })
    }
    return this.closed
  }

  /** What the thread says of this file. */
  reply(reply: Mp3Reply): void {
    if (reply.type === 'opened') return this.settleOpened()
    if (reply.type === 'closed') return this.settleClosed(reply.bytes)
    this.over = true
    this.settleOpened(new Error(reply.message))
    this.settleClosed(0)
    this.options.onError(reply.message)
  }

  private handOver(): void {
    const pcm = this.filled === this.chunk.length ? this.chunk : this.chunk.slice(0, this.filled)
    this.filled = 0
    if (pcm.length === 0) return
    this.send({ type: 'encode', id: this.id, pcm })
    if (pcm === this.chunk) this.chunk = this.newChunk()
  }

  private newChunk(): Int16Array {
    return new Int16Array(((this.options.sampleRate * chunkMs) / 1000) * this.options.channels)
  }
}
