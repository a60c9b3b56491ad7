import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startDemo } from '../demo/server.js'
import { systemClock } from './base/clock.js'
import type { Log } from './base/log.js'
import { type CallRecords, Calls, staticRouting } from './calls/index.js'
import type { Config } from './config/index.js'
import { createRegistrar } from './main/phones.js'
import { createSipSide } from './main/sip-side.js'
import { loadTelnyx, serveTelnyx } from './main/telnyx-side.js'
import { openWebhooks } from './main/webhook-side.js'
import { createMediaPort, type LoadSpeech, type MediaEvent } from './media/index.js'
import { asyncApiDocument } from './protocol/index.js'
import { createLogger, createServer, Metrics, Readiness } from './server/index.js'
import { Store } from './store/index.js'

/** A running node. */
export interface Relay {
  /** Where it listens, with the real ports. */
  readonly http: string
  readonly sip: readonly string[]
  /** What speech the node has and how to get better; one line each. */
  readonly speech: readonly string[]
  /** Takes no more calls, lets those in progress finish within the drain time, then closes everything. */
  stop(reason: string): Promise<void>
}

/** What the composition takes from outside. */
export interface RelayParts {
  readonly version: string
  readonly log?: Log
  /** Other speech engines than the installed ones; only with `media.shards: 0`. */
  readonly loadSpeech?: LoadSpeech
}

/** Accounts that calls belong to until an account is configured. */
const ACCOUNTS = {
  sid: 'AC00000000000000000000000000000001',
  id: '00000000-0000-4000-8000-000000000001',
}

/**
 * Composes and starts a node: the only place that knows every room.
 * @throws ParleyError when an address cannot be bound or the records cannot be opened; nothing is left running then
 */
export async function startRelay(config: Config, parts: RelayParts): Promise<Relay> {
  const log = parts.log ?? createLogger(config.log)
  const undo: (() => Promise<void>)[] = []
  try {
    return await compose(config, parts, log, undo)
  } catch (thrown) {
    for (const step of undo.reverse()) await step().catch(() => {})
    throw thrown
  }
}

async function compose(
  config: Config,
  { version, loadSpeech }: RelayParts,
  log: Log,
  undo: (() => Promise<void>)[],
): Promise<Relay> {
  mkdirSync(config.data.dir, { recursive: true })
  const metrics = new Metrics()
  const readiness = new Readiness()

  const store = await Store.open({ file: join(config.data.dir, 'parley.db'), log })
  undo.push(() => store.close())
  metrics.watchStore(store)
  const records = observed(store, metrics)

  const server = createServer({
    host: config.http.host,
    port: config.http.port,
    version,
    log,
    metrics,
    readiness: () => readiness.report,
    asyncApi: asyncApiDocument,
    records: store,
    adminKey: config.http.adminKey,
  })
  const webhooks = await openWebhooks(config, { store, log, metrics })
  undo.push(() => webhooks.close())
  let httpUrl = ''
  const telnyx = await loadTelnyx(config, {
    ...{ version, log, store, sender: webhooks.outbox, accountId: ACCOUNTS.id },
    baseUrl: () => config.http.publicUrl ?? httpUrl,
  })

  const media = await createMediaPort(
    {
      rtpPorts: config.rtp.ports,
      rtpTimeoutMs: config.rtp.timeoutMs,
      jitter: config.rtp.jitter,
      limits: {
        connectTimeoutMs: config.app.connectTimeoutMs,
        pingIntervalMs: config.app.pingIntervalMs,
        sessionMs: config.limits.sessionMinutes * 60_000,
        frameBytes: config.limits.frameBytes,
      },
      authToken: config.app.authToken,
      priority: config.media.priority,
      speech: config.speech,
    },
    config.media.shards,
    loadSpeech,
  )
  undo.push(() => media.close())

  const registrar = createRegistrar(config, log)
  undo.push(async () => registrar.close())
  const calls = new Calls({
    clock: systemClock,
    random: randomBytes,
    media,
    records,
    log,
    accounts: ACCOUNTS,
    routing: [telnyx.routing, staticRouting(config.routes)],
    maxCalls: config.limits.calls,
    mediaHost: config.rtp.host,
    publicAddress: config.rtp.publicAddress,
    srtp: config.rtp.srtp,
    recordings: join(config.data.dir, 'recordings'),
    rejected: () => metrics.callRejected(),
  })
  media.onEvent = (event) => {
    if (event.type === 'timeline') for (const entry of event.events) records.timeline(entry)
    else if (event.type === 'log') logMedia(log, event)
    else calls.mediaEvent(event)
  }

  await serveTelnyx(telnyx, config, { app: server.app, calls, log })
  const { url } = await server.listen()
  httpUrl = url
  undo.push(() => server.close())

  if (config.demo.enabled) {
    const demo = await startDemo({
      port: config.demo.port,
      env: process.env,
      log: (message, details) => log.debug({ app: 'demo', ...details }, message),
    })
    undo.push(() => demo.close())
  }

  const { edge, tls } = await createSipSide(config, { version, onCall: calls.incoming, registrar, log })
  undo.push(async () => tls?.close())
  await edge.start()
  undo.push(() => edge.close())
  // Only one node can have the ports: calls that the records hold open were a killed process's.
  await store.settleInterrupted()
  webhooks.outbox.resume()
  readiness.started()

  return {
    http: url,
    sip: edge.addresses.map(({ transport, host, port }) => `${transport} ${host}:${port}`),
    speech: media.speech,
    async stop(reason) {
      readiness.draining(reason)
      edge.drain()
      log.info({ reason, calls: calls.active }, 'draining')
      await calls.drain(config.drain.timeoutMs)
      for (const step of undo.reverse()) await step()
      log.info({}, 'stopped')
    },
  }
}

/** Records that are counted as they are written. */
function observed(store: Store, metrics: Metrics): CallRecords {
  return {
    callStarted(call) {
      metrics.callStarted()
      store.callStarted(call)
    },
    callUpdated: (sid, changes) => store.callUpdated(sid, changes),
    callEnded(sid, end, quality) {
      metrics.callEnded(end.status ?? 'failed')
      if (quality)
        metrics.mediaQuality({ packetsLost: quality.received.lost, jitterMs: quality.received.jitterMs })
      store.callEnded(sid, end)
    },
    sessionStarted: (session) => store.sessionStarted(session),
    sessionEnded: (id, end) => store.sessionEnded(id, end),
    timeline(event) {
      metrics.timeline(event)
      store.timeline(event)
    },
  }
}

function logMedia(log: Log, { level, message }: Extract<MediaEvent, { type: 'log' }>): void {
  log[level]({ plane: 'media' }, message)
}
