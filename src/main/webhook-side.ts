import { randomBytes } from 'node:crypto'
import { systemClock } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { Config } from '../config/index.js'
import type { Store } from '../store/index.js'
import {
  signingKeyIn,
  telnyxFormat,
  telnyxWebhookFormat,
  texmlFormat,
  texmlWebhookFormat,
} from '../telnyx/index.js'
import { callbackLog, type Signer, twilioFormat, twilioWebhookFormat } from '../twilio/index.js'
import { HttpTransport, Outbox, outboxLimits, type WebhookObserver } from '../webhooks/index.js'

/** ms that webhooks on their way have to arrive when the node stops; what does not is sent after the next start. */
const graceMs = 5000

export interface WebhookSideParts {
  readonly store: Store
  readonly log: Log
  readonly observer: WebhookObserver
  /** Signs call-backs of Twilio's kind. */
  readonly sign: Signer
}

export interface WebhookSide {
  readonly outbox: Outbox
  close(): Promise<void>
}

/** @throws ParleyError `store_failed`, `key_unusable` */
export async function openWebhooks(
  config: Config,
  { store, log, observer, sign }: WebhookSideParts,
): Promise<WebhookSide> {
  const transport = new HttpTransport(outboxLimits.requests)
  const calls = { records: store.callLog, clock: systemClock, random: randomBytes }
  const key = signingKeyIn(config.data.dir)
  const outbox = await Outbox.open({
    clock: systemClock,
    log,
    records: store.webhooks,
    formats: {
      [telnyxFormat]: telnyxWebhookFormat(key, systemClock),
      [texmlFormat]: texmlWebhookFormat(key, systemClock),
      [twilioFormat]: twilioWebhookFormat(sign, config.twilio.hosts),
    },
    send: transport.send,
    observer: { ...observer, attempted: callbackLog(calls) },
  })
  return {
    outbox,
    async close() {
      await outbox.close(graceMs)
      await transport.close()
    },
  }
}
