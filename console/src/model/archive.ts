import type { CallDetail, Peaks, TimelineEvent, Traces } from '../api/types.js'

/** A call that was opened from a file. */
export interface OpenedCall extends Omit<CallDetail, 'cursor'> {
  readonly events: readonly TimelineEvent[]
  readonly traces: Traces
  readonly peaks: Peaks | undefined
  readonly audio: Blob | undefined
}

const block = 512
const newestVersion = 1

/** Why a file could not be opened. */
export class ArchiveError extends Error {
  constructor(readonly reason: 'damaged' | 'foreign' | 'newer') {
    super(reason)
  }
}

/** Reads a downloaded call. Nothing of it leaves the browser. @throws ArchiveError */
export async function openArchive(file: Blob): Promise<OpenedCall> {
  const files = await filesIn(file)
  const read = async <Value>(name: string): Promise<Value> => {
    const content = files.get(name)
    if (!content) throw new ArchiveError('damaged')
    try {
      return JSON.parse(await content.text())
    } catch {
      throw new ArchiveError('damaged')
    }
  }
  if (!files.has('manifest.json')) throw new ArchiveError('foreign')
  const manifest = await read<{ format?: string; version?: number }>('manifest.json')
  if (manifest.format !== 'parley-call') throw new ArchiveError('foreign')
  if (!(Number(manifest.version) <= newestVersion)) throw new ArchiveError('newer')
  const detail = await read<Omit<CallDetail, 'cursor'>>('call.json')
  const events = await read<TimelineEvent[]>('timeline.json')
  return {
    ...detail,
    events: events.sort((a, b) => a.at - b.at),
    traces: await read('traces.json'),
    peaks: files.has('peaks.json') ? await read<Peaks>('peaks.json') : undefined,
    audio: files.get('audio.wav')?.slice(0, undefined, 'audio/wav'),
  }
}

/** The files of a tar archive, by name; their content is not read. */
async function filesIn(file: Blob): Promise<Map<string, Blob>> {
  const files = new Map<string, Blob>()
  for (let at = 0; at + block <= file.size; ) {
    const header = new Uint8Array(await file.slice(at, at + block).arrayBuffer())
    if (header.every((byte) => byte === 0)) break
    const name = textAt(header, 0, 100)
    const size = Number.parseInt(textAt(header, 124, 12), 8)
    if (textAt(header, 257, 5) !== 'ustar' || !Number.isFinite(size)) throw new ArchiveError('foreign')
    if (at + block + size > file.size) throw new ArchiveError('damaged')
    files.set(name, file.slice(at + block, at + block + size))
    at += block + Math.ceil(size / block) * block
  }
  return files
}

function textAt(bytes: Uint8Array, from: number, length: number): string {
  const field = bytes.subarray(from, from + length)
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end)).trim()
}
