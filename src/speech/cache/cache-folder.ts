import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Entry {
  readonly bytes: number
  /** ms since the Unix epoch. */
  usedAt: number
}

/** Names of its files; others that lie there are left alone. */
const NAME = /^[0-9a-f]{64}$/
/** Files that are being written. */
const DRAFT = /^[0-9a-f]{64}\.[\w-]+$/
/** A draft that is older than this, in ms, was left behind by a process that ended. */
const ABANDONED_MS = 60_000
/** After the limit was reached, files go until this share of it is left. */
const KEPT = 0.9
/** Share of the limit that may be written before the folder is read anew, since other threads write there too. */
const UNSEEN = 0.05
/** A file's time of use is written again only when it is older than this, in ms. */
const FRESH_MS = 60_000

/** A folder of files under their keys that keeps to a size: those not used for longest go first. Never throws. */
export class CacheFolder {
  private entries = new Map<string, Entry>()
  private total = 0
  private unseen = 0
  private work: Promise<void>

  /** @param maxBytes that the files may have together */
  constructor(
    private readonly path: string,
    private readonly maxBytes: number,
    private readonly now: () => number = Date.now,
  ) {
    this.work = this.scan().catch(() => {})
  }

  has(key: string): boolean {
    return this.entries.has(key)
  }

  async read(key: string): Promise<Buffer | undefined> {
    const entry = this.entries.get(key)
    try {
      const bytes = await readFile(this.file(key))
      if (entry && this.now() - entry.usedAt > FRESH_MS) {
        entry.usedAt = this.now()
        this.queue(() => this.touch(key))
      }
      return bytes
    } catch {
      // Another thread may have made room.
      this.forget(key)
      return undefined
    }
  }

  write(key: string, bytes: Buffer): void {
    this.queue(async () => {
      const file = this.file(key)
      // Several threads, and relays that share the folder, may write the same at once.
      const draft = `${file}.${randomUUID()}`
      try {
        await writeFile(draft, bytes)
        await rename(draft, file)
      } catch (thrown) {
        await rm(draft, { force: true })
        throw thrown
      }
      await this.touch(key)
      this.forget(key)
      this.entries.set(key, { bytes: bytes.length, usedAt: this.now() })
      this.total += bytes.length
      this.unseen += bytes.length
      if (this.unseen > this.maxBytes * UNSEEN) await this.scan()
      await this.makeRoom()
    })
  }

  remove(key: string): void {
    this.forget(key)
    this.queue(() => rm(this.file(key), { force: true }))
  }

  /** Resolves when all that was begun is done. */
  close(): Promise<void> {
    return this.work
  }

  /** A file's time is that of its last use. */
  private touch(key: string): Promise<void> {
    const seconds = this.now() / 1000
    return utimes(this.file(key), seconds, seconds)
  }

  private async makeRoom(): Promise<void> {
    if (this.total <= this.maxBytes) return
    const oldest = [...this.entries].sort(([, one], [, other]) => one.usedAt - other.usedAt)
    for (const [key] of oldest) {
      if (this.total <= this.maxBytes * KEPT) return
      this.forget(key)
      await rm(this.file(key), { force: true })
    }
  }

  private async scan(): Promise<void> {
    await mkdir(this.path, { recursive: true })
    const found = new Map<string, Entry>()
    for (const name of await readdir(this.path)) {
      const isDraft = DRAFT.test(name)
      if (!isDraft && !NAME.test(name)) continue
      const file = await stat(this.file(name)).catch(() => undefined)
      if (!file) continue
      if (!isDraft) found.set(name, { bytes: file.size, usedAt: file.mtimeMs })
      else if (this.now() - file.mtimeMs > ABANDONED_MS) await rm(this.file(name), { force: true })
    }
    this.entries = found
    this.total = [...found.values()].reduce((sum, { bytes }) => sum + bytes, 0)
    this.unseen = 0
  }

  private forget(key: string): void {
    const entry = this.entries.get(key)
    if (!entry) return
    this.entries.delete(key)
    this.total -= entry.bytes
  }

  private queue(task: () => Promise<unknown>): void {
    this.work = this.work.then(task).then(
      () => {},
      // A full or broken disk makes speech no worse than without a cache.
      () => {},
    )
  }

  private file(key: string): string {
    return join(this.path, key)
  }
}
