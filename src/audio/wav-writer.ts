import { type FileHandle, open } from 'node:fs/promises'
import { messageOf } from '../base/errors.js'
import { WAV_UNKNOWN_SIZE } from './wav-format.js'

/** What a `WavWriter` writes to. Calls never overlap. */
export interface WavFile {
  /** Writes all of `bytes` at `position`; the buffer is not touched until it settles. */
  write(bytes: Uint8Array, position: number): Promise<unknown>
  /** Cuts the file off at so many bytes. */
  truncate?(bytes: number): Promise<unknown>
  close(): Promise<unknown>
}

export interface WavWriterOptions {
  /** Hz */
  readonly sampleRate: number
  /** 2: left and right, as `write(left, right)` gives them. */
  readonly channels: 1 | 2
  /** Audio collected before it goes to the file, in ms: the most that a crash loses. Default 500. */
  readonly chunkMs?: number
  /** Audio waiting for a slow file, in ms, before more of it is dropped. Default 10,000. */
  readonly backlogMs?: number
  /** Told once, when the file cannot be written any more; later audio is ignored. */
  readonly onError?: (message: string) => void
}

const HEADER = 44

/**
 * Writes a 16-bit WAV file as the audio comes. `write` only copies; the file is written behind it, and the header is
 * brought up to date with each chunk, so that a crash leaves a file that plays.
 */
export class WavWriter {
  private readonly chunkBytes: number
  private readonly backlogChunks: number
  private chunk: Int16Array
  private filled = 0
  private readonly waiting: Int16Array[] = []
  private readonly spare: Int16Array[] = []
  private position = HEADER
  private work: Promise<void> | undefined
  private failed = false
  private dropped = 0

  constructor(
    private readonly file: WavFile,
    private readonly options: WavWriterOptions,
  ) {
    const samples = Math.ceil((options.sampleRate * (options.chunkMs ?? 500)) / 1000) * options.channels
    this.chunkBytes = samples * 2
    this.backlogChunks = Math.max(1, Math.ceil((options.backlogMs ?? 10_000) / (options.chunkMs ?? 500)))
    this.chunk = new Int16Array(samples)
  }

  /** Samples of one channel that were dropped because the file could not keep up. */
  get droppedSamples(): number {
    return this.dropped / this.options.channels
  }

  /** Appends `left` (and `right`, for two channels; where one is shorter or missing, silence). */
  write(left: Int16Array, right?: Int16Array): void {
    const stereo = this.options.channels === 2
    const count = Math.max(left.length, stereo ? (right?.length ?? 0) : 0)
    for (let i = 0; i < count; i++) {
      this.chunk[this.filled++] = i < left.length ? left[i] : 0
      if (stereo) this.chunk[this.filled++] = right && i < right.length ? right[i] : 0
      if (this.filled === this.chunk.length) this.handOver()
    }
  }

  /** Brings everything to the file; resolves when it is there. */
  async flush(): Promise<void> {
    if (this.filled > 0) this.handOver()
    await this.work
  }

  /** Bytes in the file so far. */
  get bytes(): number {
    return this.failed ? 0 : this.position
  }

  /** Flushes, then closes the file. @param keep samples of one channel to leave in it, where the file can be cut off */
  async close(keep?: number): Promise<void> {
    await this.flush()
    if (keep !== undefined) await this.attempt(() => this.cutOff(keep))
    if (this.position === HEADER && !this.failed) await this.attempt(() => this.writeHeader())
    await this.attempt(() => this.file.close())
  }

  private handOver(): void {
    const full = this.filled === this.chunk.length ? this.chunk : this.chunk.slice(0, this.filled)
    if (this.failed || this.waiting.length >= this.backlogChunks) {
      this.dropped += this.filled
    } else {
      this.waiting.push(full)
      if (full === this.chunk) this.chunk = this.spare.pop() ?? new Int16Array(full.length)
      this.work ??= this.drain().finally(() => {
        this.work = undefined
      })
    }
    this.filled = 0
  }

  private async drain(): Promise<void> {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      const bytes = new Uint8Array(next.buffer, next.byteOffset, next.byteLength)
      await this.attempt(async () => {
        // The header first: until the samples follow, a reader takes the size as "to the end of the file".
        if (this.position === HEADER) await this.writeHeader()
        await this.file.write(bytes, this.position)
        this.position += bytes.length
        await this.writeHeader()
      })
      this.waiting.shift()
      if (bytes.length === this.chunkBytes && this.spare.length < 2) this.spare.push(next)
    }
  }

  private async cutOff(keep: number): Promise<void> {
    const bytes = HEADER + keep * this.options.channels * 2
    if (bytes >= this.position) return
    this.position = bytes
    await this.writeHeader()
    await this.file.truncate?.(bytes)
  }

  private async writeHeader(): Promise<void> {
    await this.file.write(wavHeader(this.position - HEADER, this.options), 0)
  }

  private async attempt(task: () => Promise<unknown>): Promise<void> {
    if (this.failed) return
    try {
      await task()
    } catch (thrown) {
      this.failed = true
      this.options.onError?.(messageOf(thrown))
      await this.file.close().catch(() => undefined)
    }
  }
}

/** Creates (or empties) the file at `path` and a writer for it. */
export async function createWavFile(path: string, options: WavWriterOptions): Promise<WavWriter> {
  const handle = await open(path, 'w')
  return new WavWriter(wavFileOn(Promise.resolve(handle)), options)
}

/** A file that may still be opening. */
export function wavFileOn(opening: Promise<FileHandle>): WavFile {
  return {
    async write(bytes, position) {
      const handle = await opening
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at)
        at += bytesWritten
      }
    },
    truncate: async (bytes) => (await opening).truncate(bytes),
    close: async () => (await opening).close(),
  }
}

/** A whole 16-bit WAV file of one channel. */
export function encodeWav(pcm: Int16Array, sampleRate: number): Uint8Array {
  const bytes = new Uint8Array(HEADER + pcm.byteLength)
  bytes.set(wavHeader(pcm.byteLength, { sampleRate, channels: 1 }))
  bytes.set(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength), HEADER)
  return bytes
}

function wavHeader(
  dataBytes: number,
  { sampleRate, channels }: Pick<WavWriterOptions, 'sampleRate' | 'channels'>,
) {
  const header = Buffer.alloc(HEADER)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(Math.min(dataBytes + HEADER - 8, WAV_UNKNOWN_SIZE), 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(Math.min(dataBytes, WAV_UNKNOWN_SIZE), 40)
  return header
}
