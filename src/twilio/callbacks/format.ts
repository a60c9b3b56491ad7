import { type HostMap, mapHost } from '../../base/host-map.js'
import type { Webhook, WebhookFormat, WebhookRequest, WebhookTarget } from '../../webhooks/index.js'
import type { Signer } from './signer.js'

/** The name under which webhooks of this platform are kept. */
export const twilioFormat = 'twilio'

/** Writes a call-back as Twilio sends it: a form, or a query, signed. */
export function twilioWebhookFormat(sign: Signer, hosts: HostMap): WebhookFormat {
  return {
    render({ id, payload }: Webhook, target: WebhookTarget): WebhookRequest {
      const form = payload as Record<string, string>
      const { method } = target
      const known = new URL(target.url)
      const credentials = basic(known)
      known.username = known.password = known.hash = ''
      if (method === 'GET')
        for (const [name, value] of Object.entries(form)) known.searchParams.append(name, value)
      return {
        method,
        url: mapHost(known, hosts).url.href,
        headers: {
          accept: '*/*',
          'user-agent': 'Parley',
          'i-twilio-idempotency-token': id,
          ...(method === 'POST' && {
            'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          }),
          ...credentials,
          ...sign(known.href, method === 'POST' ? form : {}),
        },
        body: method === 'POST' ? new URLSearchParams(form).toString() : '',
      }
    },
  }
}

function basic({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}
