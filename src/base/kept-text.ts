import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, ParleyError } from './errors.js'

/** A secret that lives in a file of the data folder. */
export interface KeptText {
  readonly text: string
  /** Whether this call made it. */
  readonly made: boolean
  /** Reads it as something else. @throws ParleyError `key_unusable` naming the file */
  use<Value>(read: (text: string) => Value): Value
}

/**
 * Reads a secret of the data folder, or makes it, for its owner's eyes only. Two processes that make it at once end up
 * with the same.
 *
 * @throws ParleyError `key_unusable` naming the file
 */
export function keptText(dataDir: string, name: string, make: () => string): KeptText {
  const file = join(dataDir, name)
  const trouble = (thrown: unknown): ParleyError =>
    new ParleyError('key_unusable', `${file} cannot be used: ${messageOf(thrown)}.`)
  const kept = (text: string, made: boolean): KeptText => ({
    text,
    made,
    use(read) {
      try {
        return read(text)
      } catch (thrown) {
        throw trouble(thrown)
      }
    },
  })
  try {
    mkdirSync(dataDir, { recursive: true })
    if (!existsSync(file) && create(file, make())) return kept(readFileSync(file, 'utf8').trim(), true)
    return kept(readFileSync(file, 'utf8').trim(), false)
  } catch (thrown) {
    throw trouble(thrown)
  }
}

/** Whole or not at all, and never over another's. */
function create(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${text.trim()}\n`, { mode: 0o600 })
  try {
    linkSync(draft, file)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  } finally {
    unlinkSync(draft)
  }
}
