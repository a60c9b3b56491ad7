import { randomBytes } from 'node:crypto'
import { keptText } from '../../base/kept-text.js'

/** A key that was made because the configuration names none. */
export interface MadeApiKey {
  readonly key: string
  /** Whether it was made just now, and is to be shown. */
  readonly made: boolean
  readonly file: string
}

/**
 * The API key of this node where the configuration has none: kept in the data folder, made at the first start.
 *
 * @throws ParleyError `key_unusable`
 */
export function apiKeyIn(dataDir: string): MadeApiKey {
  const file = 'telnyx-api-key'
  const { text, made } = keptText(dataDir, file, () => `KEY${randomBytes(24).toString('hex').toUpperCase()}`)
  return { key: text, made, file }
}
