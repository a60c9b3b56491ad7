import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.js'
import { messageOf } from '../../base/errors.js'
import type { Log } from '../../base/log.js'
import type { Resources } from '../../store/index.js'
import { refuse } from '../errors/index.js'
import type { SealingKey } from '../keys/index.js'

export type RecordingFormat = 'wav' | 'mp3'

/** A finished recording. Times are ms since the Unix epoch. */
export interface StoredRecording {
  readonly id: string
  readonly format: RecordingFormat
  readonly channels: 'single' | 'dual'
  /** What the file is called where it is downloaded, without the ending. */
  readonly name: string
  readonly callControlId: string
  readonly callLegId: string
  readonly callSessionId: string
  readonly startedAt: number
  readonly endedAt: number
  readonly durationMs: number
}

export interface ArchiveOptions {
  readonly folder: string
  readonly records: Pick<Resources, 'put' | 'delete' | 'list'>
  readonly key: SealingKey
  readonly clock: Clock
  readonly log: Log
  /** What the outside calls the HTTP server, without a slash at the end. */
  readonly baseUrl: () => string
}

const kind = 'telnyx.recording'
/** How long a recording's URL is good for, in ms. */
const urlMs = 600_000
/** Where recordings are served, without a key. */
export const recordingsPath = '/telnyx/recordings'

/** Recordings and the addresses under which they are fetched. */
export class RecordingArchive {
  private readonly stored = new Map<string, StoredRecording>()

  private constructor(private readonly options: ArchiveOptions) {}

  /** @throws ParleyError `store_failed` */
  static async load(options: ArchiveOptions): Promise<RecordingArchive> {
    const archive = new RecordingArchive(options)
    for (const { id, value } of await options.records.list(kind)) {
      archive.stored.set(id, value as unknown as StoredRecording)
    }
    return archive
  }

  /** The file that a recording is written to. */
  pathOf(id: string, format: RecordingFormat): string {
    mkdirSync(this.options.folder, { recursive: true })
    return join(this.options.folder, `${id}.${format}`)
  }

  /** @returns whether it could be written down */
  async add(recording: StoredRecording): Promise<boolean> {
    const { id, endedAt } = recording
    this.stored.set(id, recording)
    try {
      await this.options.records.put(kind, { id, value: { ...recording }, createdAt: endedAt })
      return true
    } catch (thrown) {
      this.options.log.error({ err: thrown, recording: id }, `A recording is lost: ${messageOf(thrown)}`)
      this.stored.delete(id)
      return false
    }
  }

  /** Newest first. */
  list(): readonly StoredRecording[] {
    return [...this.stored.values()].reverse()
  }

  get(id: string): StoredRecording | undefined {
    return this.stored.get(id)
  }

  /** @throws ApiError 10005 for an unknown one */
  async delete(id: string): Promise<StoredRecording> {
    const recording = this.stored.get(id) ?? refuse('10005')
    await this.options.records.delete(kind, id)
    this.stored.delete(id)
    await rm(this.pathOf(id, recording.format), { force: true })
    return recording
  }

  /** Where it can be fetched for the next ten minutes, by its format. */
  urlsOf(id: string, format: RecordingFormat): Readonly<Record<string, string>> {
    const expires = String(Math.floor((this.options.clock.now() + urlMs) / 1000))
    const file = `${id}.${format}`
    const signature = this.options.key.mark(`${file}|${expires}`)
    const query = new URLSearchParams({ expires, signature })
    return { [format]: `${this.options.baseUrl()}${recordingsPath}/${file}?${query}` }
  }

  /** Whether this node gave that address out, and it is still good. */
  admits(file: string, expires: string, signature: string): boolean {
    if (!(Number(expires) * 1000 >= this.options.clock.now())) return false
    return this.options.key.verify(`${file}|${expires}`, signature)
  }
}
