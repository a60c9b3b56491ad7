import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { systemClock } from '../base/clock.js'
import { keptText } from '../base/kept-text.js'
import type { Log } from '../base/log.js'
import { packageRoot } from '../base/package-root.js'
import type { CallRecords, Dialable } from '../calls/index.js'
import type { Config } from '../config/index.js'
import { Console, type ConsoleOptions, Expiry, readBuilt, type ShownFlows } from '../console/index.js'
import type { ParleyServer } from '../server/index.js'
import { dialAppThrough } from '../session/index.js'
import type { SipTrace } from '../sip/index.js'
import type { Store } from '../store/index.js'
import type { WebhookObserver } from '../webhooks/index.js'
import type { TwilioIdentity } from './twilio-side.js'

/** Told of calls beside the records. */
type Watcher = Console['watcher']

export interface ConsoleSideParts {
  readonly server: ParleyServer
  readonly store: Store
  readonly pages: ConsoleOptions['built']
  readonly version: string
  readonly identity: TwilioIdentity
  /** Telnyx's words for the account. */
  readonly accountId: string
  /** What is answered here; asked for once the server listens. */
  readonly dialable: () => readonly Dialable[]
  readonly log: Log
}

export interface ConsoleSide {
  /** Undefined where the console is off. */
  readonly watcher: Watcher | undefined
  readonly trace: SipTrace | undefined
  /** Has the pages show flows, too; before they run and the server listens. */
  showFlows(flows: ShownFlows): void
  close(): void
}

/** The pages as they were built; undefined where the console is off, or nothing was built. */
export function builtConsole(config: Config): ConsoleOptions['built'] {
  return config.console.enabled ? readBuilt(join(packageRoot(), 'dist', 'console')) : undefined
}

/**
 * The key that opens console and records: the configured one; where there is none, and others than this machine can
 * connect, one that is kept in the data folder and shown when it is made.
 *
 * @throws ParleyError `key_unusable`
 */
export function adminKeyOf({ http, data }: Config, log: Log): string | undefined {
  if (http.adminKey !== undefined || isLoopback(http.host)) return http.adminKey
  const file = 'admin-key'
  const { text, made } = keptText(data.dir, file, () => randomBytes(18).toString('base64url'))
  if (made)
    log.info({ file: join(data.dir, file) }, `Admin key of the console and /v1, shown this once: ${text}`)
  return text
}

/** Puts the console's API on the server, and forgets what is too old. */
export function openConsole(config: Config, parts: ConsoleSideParts): ConsoleSide {
  const { server, store, pages, identity, log } = parts
  const expiry = new Expiry({ store, clock: systemClock, log, retention: config.retention })
  const close = (): void => expiry.close()
  if (!config.console.enabled) {
    return { watcher: undefined, trace: undefined, showFlows: () => {}, close }
  }
  const view = new Console({
    app: server.app,
    guard: server.guard,
    store,
    clock: systemClock,
    dialable: parts.dialable,
    version: parts.version,
    built: pages,
    newId: randomUUID,
    talk: {
      dial: dialAppThrough(config.twilio.hosts),
      limits: { connectTimeoutMs: config.app.connectTimeoutMs, frameBytes: config.limits.frameBytes },
      authToken: config.app.authToken ?? identity.account.authToken,
      random: randomBytes,
      accounts: { sid: identity.account.sid, id: parts.accountId },
    },
  })
  const { watcher } = view
  return {
    watcher,
    trace: (message) => watcher.sip({ at: systemClock.now(), ...message }),
    showFlows: (flows) => view.showFlows(flows),
    close,
  }
}

/** Records that the console hears of, too. */
export function watchedRecords(records: CallRecords, watcher: Watcher | undefined): CallRecords {
  if (!watcher) return records
  return {
    callStarted(call) {
      records.callStarted(call)
      watcher.callStarted(call)
    },
    callUpdated(callSid, changes) {
      records.callUpdated(callSid, changes)
      watcher.callUpdated(callSid, changes)
    },
    callMeasured(callSid, at, quality) {
      records.callMeasured(callSid, at, quality)
      watcher.callMeasured(callSid, at, quality)
    },
    callEnded(callSid, end, quality) {
      records.callEnded(callSid, end, quality)
      watcher.callEnded(callSid, end, quality)
    },
    sessionStarted(session) {
      records.sessionStarted(session)
      watcher.sessionStarted(session)
    },
    sessionEnded(sessionId, end) {
      records.sessionEnded(sessionId, end)
      watcher.sessionEnded(sessionId, end)
    },
    timeline(event) {
      records.timeline(event)
      watcher.timeline(event)
    },
  }
}

/** Webhooks whose fate the console hears of, too. */
export function watchedWebhooks(observer: WebhookObserver, watcher: Watcher | undefined): WebhookObserver {
  if (!watcher) return observer
  return {
    delivered(webhook, ms, attempts) {
      observer.delivered(webhook, ms, attempts)
      watcher.webhook(webhook.queue, false, '')
    },
    retried(webhook, attempt) {
      observer.retried(webhook, attempt)
      watcher.webhook(webhook.queue, false, '')
    },
    failed(webhook, attempts) {
      observer.failed(webhook, attempts)
      watcher.webhook(webhook.queue, true, webhook.event)
    },
  }
}

function isLoopback(host: string): boolean {
  return /^(127\.|::1$|localhost$)/.test(host)
}
