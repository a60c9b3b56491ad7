import { createReadStream, existsSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { type AudioFileOptions, Mp3Encoder } from '../../audio/index.js'

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
    const { channels, sampleRate } = await layoutOf(wav)
    let failure: string | undefined
    const onError = (message: string): void => {
      failure = message
    }
    const draft = `${path}.part`
    const file = this.encoder.create(draft, { sampleRate, channels, onError })
    await file.opened
    const frame = (sampleRate / 1000) * FRAME_MS
    for await (const samples of pieces(wav, frame * channels)) {
      for (let at = 0; at < samples.length; at += frame * channels) {
        if (channels === 1) file.write(samples.subarray(at, at + frame))
        else file.write(channel(samples, at, frame, 0), channel(samples, at, frame, 1))
      }
    }
    await file.close()
    if (failure !== undefined) throw new Error(failure)
    await rename(draft, path)
    return path
  }
}

async function layoutOf(wav: string): Promise<Pick<AudioFileOptions, 'channels' | 'sampleRate'>> {
  const file = await open(wav)
  try {
    const header = Buffer.alloc(HEADER)
    await file.read(header, 0, HEADER, 0)
    return {
      channels: header.readUInt16LE(22) === 2 ? 2 : 1,
      sampleRate: header.readUInt32LE(24) === 16_000 ? 16_000 : 8000,
    }
  } finally {
    await file.close()
  }
}

/** The samples of a recording, some at a time, so that calls go on meanwhile: always whole frames. */
async function* pieces(wav: string, frame: number): AsyncIterable<Int16Array> {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(wav, { start: HEADER })) {
    const bytes = Buffer.concat([rest, chunk as Buffer])
    const whole = bytes.length - (bytes.length % (frame * 2))
    rest = bytes.subarray(whole)
    yield new Int16Array(Uint8Array.from(bytes.subarray(0, whole)).buffer)
  }
}

/** Where a recording's copy is. */
export function copyOf(wav: string): string {
  return wav.replace(/\.wav$/, '.mp3')
}

function channel(samples: Int16Array, at: number, count: number, which: 0 | 1): Int16Array {
  return Int16Array.from({ length: count }, (_, i) => samples[at + i * 2 + which]!)
}
