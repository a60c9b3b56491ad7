import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ParleyError } from '../base/errors.js'

/** What was pulled once: a file that changes at its source is noticed at the next pull. */
const file = '.lock.json'

const lockSchema = z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() }))

/** The SHA-256 of every file that was ever pulled into a models folder, by its path in the releases. */
export class ModelLock {
  constructor(private readonly dir: string) {}

  /** @throws ParleyError `model_pull_failed` when the list is damaged */
  get(path: string): string | undefined {
    return this.read()[path]?.sha256
  }

  set(path: string, sha256: string, bytes: number): void {
    const temporary = join(this.dir, `${file}.new`)
    writeFileSync(temporary, `${JSON.stringify({ ...this.read(), [path]: { sha256, bytes } }, null, 2)}\n`)
    renameSync(temporary, join(this.dir, file))
  }

  private read(): z.output<typeof lockSchema> {
    const path = join(this.dir, file)
    if (!existsSync(path)) return {}
    try {
      return lockSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch (thrown) {
      const detail = `${path} cannot be read: delete it, and files are taken as they come once more`
      throw new ParleyError('model_pull_failed', detail, { cause: thrown })
    }
  }
}
