import type { Clock } from '../../base/clock.js'
import type { Callback } from '../../twiml/index.js'
import type { Webhook, WebhookFormat, WebhookSender, WebhookTarget } from '../../webhooks/index.js'
import type { SigningKey } from '../keys/index.js'
import { defaultPolicy } from '../webhooks/index.js'
import { texmlSigner } from './sign.js'

/** The name under which call-backs of TeXML are kept. */
export const texmlFormat = 'texml'

/** Writes a call-back of TeXML: a form, or a query; signed anew for each attempt. */
export function texmlWebhookFormat(key: SigningKey, clock: Clock): WebhookFormat {
  const sign = texmlSigner(key, clock)
  return {
    render({ payload }: Webhook, { url, method }: WebhookTarget) {
      const form = payload as Record<string, string>
      const body = method === 'POST' ? new URLSearchParams(form).toString() : ''
      const target = new URL(url)
      if (method === 'GET') {
        for (const [name, value] of Object.entries(form)) target.searchParams.append(name, value)
      }
      return {
        method,
        url: target.href,
        headers: {
          ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...sign(url, method === 'POST' ? form : {}),
        },
        body,
      }
    },
  }
}

/** Hands call-backs to the outbox: those about one call arrive in their order. */
export function texmlCallbacks(sender: WebhookSender, clock: Clock, uuid: () => string) {
  return ({ call, event, url, method, parameters }: Callback): void =>
    sender.send({
      id: uuid(),
      queue: call.identity.callControlId,
      format: texmlFormat,
      event,
      targets: [{ url, method }],
      payload: parameters,
      policy: defaultPolicy,
      createdAt: clock.now(),
    })
}
