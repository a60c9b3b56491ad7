import { existsSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { Mp3Encoder } from '../../audio/index.js'

/** Bytes before the samples of recordings: their WAV files have no other chunks. */
const HEADER = 44
const FRAME_MS = 20

/** Copies of recordings as MP3, made when they are first asked for, beside the recordings. */
export class Mp3Copies {
  private readonly encoder = new Mp3Encoder()
  private readonly making = new Map<string, Promise<string>>()

  /** @returns the copy's path @throws where the recording cannot be read, or the copy not be written */
  of(wav: string): Promise<string> {
    const path = copyOf(wav)
    if (existsSync(path)) return Promise.resolve(path)
    const making = this.making.get(wav) ?? this.make(wav, path).finally(() => this.making.delete(wav))
    this.making.set(wav, making)
    return making
  }

  close(): Promise<void> {
    return this.encoder.close()
  }

  private async make(wav: string, path: string): Promise<string> {
    const bytes = await readFile(wav)
    const channels = bytes.readUInt16LE(22) === 2 ? 2 : 1
    const sampleRate = bytes.readUInt32LE(24) === 16_000 ? 16_000 : 8000
    let failure: string | undefined
    const onError = (message: string): void => {
      failure = message
    }
    const draft = `${path}.part`
    const file = this.encoder.create(draft, { sampleRate, channels, onError })
    await file.opened
    const samples = new Int16Array(new Uint8Array(bytes.subarray(HEADER, bytes.length & ~1)).buffer)
    const frame = (sampleRate / 1000) * FRAME_MS
    for (let at = 0; at + frame * channels <= samples.length; at += frame * channels) {
      if (channels === 1) file.write(samples.subarray(at, at + frame))
      else file.write(channel(samples, at, frame, 0), channel(samples, at, frame, 1))
    }
    await file.close()
    if (failure !== undefined) throw new Error(failure)
    await rename(draft, path)
    return path
  }
}

/** Where a recording's copy is. */
export function copyOf(wav: string): string {
  return wav.replace(/\.wav$/, '.mp3')
}

function channel(samples: Int16Array, at: number, count: number, which: 0 | 1): Int16Array {
  return Int16Array.from({ length: count }, (_, i) => samples[at + i * 2 + which]!)
}
