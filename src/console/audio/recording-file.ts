import { type FileHandle, open, stat } from 'node:fs/promises'
import type { CallRecord } from '../../store/index.js'

/** Bytes before the samples in a recording of ours. */
export const headerBytes = 44

/** What is known of a recording. */
export interface RecordingFacts {
  /** Hz */
  readonly sampleRate: number
  readonly durationMs: number
  /** ms since the Unix epoch: where its first sample lies. It begins with the answer. */
  readonly startedAt: number
  readonly bytes: number
}

export interface RecordingFile {
  readonly path: string
  readonly facts: RecordingFacts
}

/** The recording of a whole call as far as it is written: stereo, 16 bits. Undefined where there is none. */
export async function recordingOf(
  call: Pick<CallRecord, 'recordingPath' | 'answeredAt'>,
): Promise<RecordingFile | undefined> {
  const { recordingPath: path, answeredAt } = call
  if (path === null || answeredAt === null) return undefined
  try {
    const { size } = await stat(path)
    const sampleRate = size < headerBytes ? 0 : await sampleRateOf(path)
    if (sampleRate === 0) return undefined
    const durationMs = ((size - headerBytes) / 4 / sampleRate) * 1000
    return { path, facts: { sampleRate, durationMs, startedAt: answeredAt, bytes: size } }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}

/** Bytes of a recording's beginning. @param ms of it */
export function bytesOf(ms: number, { sampleRate }: Pick<RecordingFacts, 'sampleRate'>): number {
  return headerBytes + 4 * Math.floor((ms * sampleRate) / 1000)
}

/** Hz, as the header of a recording says; 0 for a file that is no stereo WAV of 16 bits. */
export async function sampleRateOf(path: string): Promise<number> {
  return withFile(path, async (file) => {
    const header = Buffer.alloc(headerBytes)
    const { bytesRead } = await file.read(header, 0, headerBytes, 0)
    const isOurs =
      bytesRead === headerBytes &&
      header.toString('latin1', 0, 4) === 'RIFF' &&
      header.readUInt16LE(22) === 2 &&
      header.readUInt16LE(34) === 16
    return isOurs ? header.readUInt32LE(24) : 0
  })
}

/** Opens a file for reading, and closes it whatever comes of it. @throws what `use` throws, and Error where there is none */
export async function withFile<Value>(
  path: string,
  use: (file: FileHandle) => Promise<Value>,
): Promise<Value> {
  const file = await open(path, 'r')
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}
