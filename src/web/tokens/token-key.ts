import { randomBytes } from 'node:crypto'
import { keptText } from '../../base/kept-text.js'

/**
 * The key of this node's call tokens, kept in the data folder and made where there is none.
 *
 * @throws ParleyError `key_unusable`
 */
export function tokenKeyIn(dataDir: string): Buffer {
  const kept = keptText(dataDir, 'call-token-key', () => randomBytes(32).toString('base64'))
  return kept.use((text) => {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.length < 32) throw new Error('it must be the base64 of 32 bytes or more')
    return bytes
  })
}
