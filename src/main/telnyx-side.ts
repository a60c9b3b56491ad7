import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { systemClock } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { CallService } from '../calls/index.js'
import type { Config } from '../config/index.js'
import { canStream } from '../media/index.js'
import type { Store } from '../store/index.js'
import { ApiError, apiKeyIn, Telnyx } from '../telnyx/index.js'
import type { WebhookSender } from '../webhooks/index.js'

export interface TelnyxSideParts {
  readonly version: string
  readonly log: Log
  readonly store: Store
  readonly sender: WebhookSender
  readonly accountId: string
  /** What the outside calls the HTTP server; asked for once it listens. */
  readonly baseUrl: () => string
}

/** @throws ParleyError `store_failed`, `key_unusable` */
export function loadTelnyx(config: Config, parts: TelnyxSideParts): Promise<Telnyx> {
  return Telnyx.load({
    ...parts,
    config: config.telnyx,
    record: config.recording.enabled,
    dataDir: config.data.dir,
    clock: systemClock,
    canStream,
    random: randomBytes,
    uuid: randomUUID,
  })
}

/** Puts the API under /v2. A key that had to be made is shown, this once. @throws ParleyError `key_unusable` */
export async function serveTelnyx(
  telnyx: Telnyx,
  config: Config,
  { app, calls, log }: { readonly app: FastifyInstance; readonly calls: CallService; readonly log: Log },
): Promise<void> {
  const { apiKey } = config.telnyx
  if (apiKey !== undefined) return telnyx.register(app, calls, apiKey)
  const { key, made, file } = apiKeyIn(config.data.dir)
  if (made)
    log.info({ file: join(config.data.dir, file) }, `Key of the API under /v2, shown this once: ${key}`)
  return telnyx.register(app, calls, key)
}

/** What the API says to a URL that cannot be read; undefined for those of other pages. */
export function malformedUrl(url: string): object | undefined {
  return url.startsWith('/v2/')
    ? new ApiError({ code: '10015', detail: 'Invalid characters in the request.' }).body
    : undefined
}
