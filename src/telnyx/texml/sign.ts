import type { Clock } from '../../base/clock.js'
import type { SigningKey } from '../keys/index.js'

/** Signs requests of TeXML as webhooks are signed: ed25519 over `timestamp|body`, the body a form; '' for a GET. */
export function texmlSigner(key: SigningKey, clock: Clock) {
  return (_url: string, form: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    const timestamp = String(Math.floor(clock.now() / 1000))
    const body = new URLSearchParams(form).toString()
    return {
      'telnyx-signature-ed25519': key.sign(timestamp, body),
      'telnyx-timestamp': timestamp,
      'user-agent': 'telnyx-webhooks',
    }
  }
}
