import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What was pulled once: a file that changes at its source is noticed at the next pull. */
const file = '.lock.json'

const lockSchema = z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() }))

/** The SHA-256 of every file that was ever pulled into a models folder, by its path in the releases. */
export class ModelLock {
  constructor(private readonly dir: string) {}

  get(path: string): string | undefined {
    return this.read()[path]?.sha256
  }

  /** Remembers a file; one that was forgotten by hand may be another. */
  set(path: string, sha256: string, bytes: number): void {
    const temporary = join(this.dir, `${file}.new`)
    writeFileSync(temporary, `${JSON.stringify({ ...this.read(), [path]: { sha256, bytes } }, null, 2)}\n`)
    renameSync(temporary, join(this.dir, file))
  }

  private read(): z.output<typeof lockSchema> {
    const path = join(this.dir, file)
    return existsSync(path) ? lockSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : {}
  }
}
