import type { Clock } from '../../base/clock.js'
import type { Webhook, WebhookFormat, WebhookRequest, WebhookTarget } from '../../webhooks/index.js'
import type { SigningKey } from '../keys/index.js'

/** The name under which webhooks of this platform are kept. */
export const telnyxFormat = 'telnyx'

/**
 * Writes an event as Telnyx sends it, signed anew for each attempt: receivers refuse what was signed more than 300 s
 * ago.
 */
export function telnyxWebhookFormat(key: SigningKey, clock: Clock): WebhookFormat {
  return {
    render({ payload }: Webhook, { url, method }: WebhookTarget, attempt: number): WebhookRequest {
      const event = { data: payload, meta: { attempt, delivered_to: url } }
      const body = method === 'GET' ? '' : JSON.stringify(event)
      const timestamp = String(Math.floor(clock.now() / 1000))
      return {
        method,
        url: method === 'GET' ? withQuery(url, event) : url,
        headers: {
          ...(method === 'POST' && { 'content-type': 'application/json' }),
          'user-agent': 'telnyx-webhooks',
          'telnyx-signature-ed25519': key.sign(timestamp, body),
          'telnyx-timestamp': timestamp,
        },
        body,
      }
    },
  }
}

/** A GET has the event in its query, in the brackets that web frameworks make objects of. */
function withQuery(url: string, event: object): string {
  const target = new URL(url)
  for (const [name, value] of flat(event, '')) target.searchParams.append(name, value)
  return target.href
}

function* flat(value: unknown, name: string): Generator<[string, string]> {
  if (typeof value !== 'object' || value === null) {
    if (value !== undefined) yield [name, value === null ? '' : String(value)]
    return
  }
  for (const [key, entry] of Object.entries(value)) yield* flat(entry, name === '' ? key : `${name}[${key}]`)
}
