import type { Clock } from '../../base/clock.js'
import type { Callback } from '../../twiml/index.js'
import type { WebhookSender } from '../../webhooks/index.js'
import { twilioFormat } from './format.js'

/** ms for an answer, and ms before each further attempt. */
const policy = { timeoutMs: 15_000, retriesMs: [1000, 2000, 4000, 8000, 15_000, 30_000] }

/** Hands call-backs whose answer does not matter to the outbox: those about one call arrive in their order. */
export function callbackSender(
  sender: WebhookSender,
  clock: Clock,
  uuid: () => string,
): (callback: Callback) => void {
  return ({ call, event, url, method, parameters }) =>
    sender.send({
      id: uuid(),
      queue: call.identity.callSid,
      format: twilioFormat,
      event,
      targets: [{ url, method }],
      payload: parameters,
      policy,
      createdAt: clock.now(),
    })
}
