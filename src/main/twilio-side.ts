import { randomBytes, randomUUID } from 'node:crypto'
import { systemClock } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { Config } from '../config/index.js'
import type { Store } from '../store/index.js'
import {
  type Account,
  accountIn,
  createSigner,
  type InnerDocuments,
  type Signer,
  Twilio,
} from '../twilio/index.js'
import type { WebhookSender } from '../webhooks/index.js'

/** Who the node is for apps that speak Twilio. */
export interface TwilioIdentity {
  readonly account: Account
  readonly sign: Signer
}

/** What had to be made for it is shown, this once. @throws ParleyError `key_unusable` */
export function twilioIdentity(config: Config, log: Log): TwilioIdentity {
  const { hosts, publicUrl } = config.twilio
  const { account, made } = accountIn(config.data.dir, config.twilio)
  for (const { text, file } of made) log.info({ file }, text)
  return { account, sign: createSigner({ authToken: account.authToken, hosts, publicUrl }) }
}

export interface TwilioSideParts extends TwilioIdentity {
  readonly log: Log
  readonly store: Store
  readonly sender: WebhookSender
  /** What the outside calls the HTTP server; asked for once it listens. */
  readonly baseUrl: () => string
  /** Documents that this node makes itself. */
  readonly inner: InnerDocuments
}

/** @throws ParleyError `store_failed` */
export function loadTwilio(config: Config, parts: TwilioSideParts): Promise<Twilio> {
  return Twilio.load({
    ...parts,
    config: config.twilio,
    dataDir: config.data.dir,
    clock: systemClock,
    random: randomBytes,
    uuid: randomUUID,
  })
}
