import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startDemo } from '../demo/server.js'
import { systemClock } from './base/clock.js'
import type { Log } from './base/log.js'
import { dialableRoutes, staticRouting } from './calls/index.js'
import type { Config } from './config/index.js'
import { sendIndex } from './console/index.js'
import { createCalls } from './main/calls-side.js'
import {
  adminKeyOf,
  builtConsole,
  openConsole,
  watchedRecords,
  watchedWebhooks,
} from './main/console-side.js'
import { countedRecords } from './main/counted-records.js'
import { createMediaSide } from './main/media-side.js'
import { createRegistrar } from './main/phones.js'
import { createSipSide } from './main/sip-side.js'
import { loadStudio } from './main/studio-side.js'
import { loadTelnyx, malformedUrl, serveTelnyx } from './main/telnyx-side.js'
import { TrunkPeers } from './main/trunk-peers.js'
import { registerWithTrunks, waysOut } from './main/trunks.js'
import { loadTwilio, twilioIdentity } from './main/twilio-side.js'
import { createWebSide } from './main/web-side.js'
import { openWebhooks } from './main/webhook-side.js'
import type { LoadSpeech } from './media/index.js'
import { asyncApiDocument } from './protocol/index.js'
import { createLogger, createServer, Metrics, Readiness } from './server/index.js'
import { formatHostPort } from './sip/index.js'
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

/** The account that calls belong to in Telnyx's words. */
const ACCOUNT_ID = '00000000-0000-4000-8000-000000000001'

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
  const pages = builtConsole(config)
  const adminKey = adminKeyOf(config, log)
  const server = createServer({
    host: config.http.host,
    port: config.http.port,
    version,
    log,
    metrics,
    readiness: () => readiness.report,
    asyncApi: asyncApiDocument,
    records: store,
    adminKey,
    home: pages && ((reply) => sendIndex(reply, pages)),
    malformed: malformedUrl,
  })
  const identity = twilioIdentity(config, log)
  const view = openConsole(config, {
    ...{ server, store, pages, version, identity, accountId: ACCOUNT_ID, log },
    dialable: () => [
      ...dialableRoutes(config.routes),
      ...[studio, twilio, telnyx].flatMap(({ dialable }) => dialable),
    ],
  })
  undo.push(async () => view.close())
  const records = watchedRecords(countedRecords(store, metrics), view.watcher)
  const observer = watchedWebhooks(metrics.webhooks, view.watcher)
  const webhooks = await openWebhooks(config, { store, log, observer, sign: identity.sign })
  undo.push(() => webhooks.close())
  let httpUrl = ''
  const baseUrl = (): string => config.http.publicUrl ?? httpUrl
  const platform = { log, store, sender: webhooks.outbox, baseUrl }
  const telnyx = await loadTelnyx(config, { ...platform, version, accountId: ACCOUNT_ID })
  const studio = await loadStudio(config, { ...platform, ...identity })
  view.showFlows(studio)
  const twilio = await loadTwilio(config, { ...platform, ...identity, inner: studio.documents })
  undo.push(() => telnyx.close())
  undo.push(() => twilio.close())
  undo.push(() => studio.close())

  const media = await createMediaSide(config, identity.account.authToken, loadSpeech)
  undo.push(() => media.close())

  const registrar = createRegistrar(config, log)
  undo.push(async () => registrar.close())
  const trunkPeers = new TrunkPeers(config.trunks, systemClock, log)
  undo.push(async () => trunkPeers.close())
  const { edge, tls } = await createSipSide(config, {
    ...{
      version,
      registrar,
      log,
      trusts: trunkPeers.has,
      credentials: trunkPeers.credentials,
      trace: view.trace,
    },
    onCall: (call) => calls.incoming(call),
  })
  undo.push(async () => tls?.close())
  const web = createWebSide(config, log)
  undo.push(async () => web?.close())
  const calls = createCalls(config, {
    ...{ media, records, log },
    out: { ...waysOut(config, edge, registrar), clients: web?.phone.clients },
    callNamed: edge.callNamed,
    web: web?.calls,
    accounts: { sid: identity.account.sid, id: ACCOUNT_ID },
    routing: [telnyx.routing, twilio.routing, studio.routing, staticRouting(config.routes)],
    rejected: () => metrics.callRejected(),
  })
  await serveTelnyx(telnyx, config, { app: server.app, calls, log })
  await studio.register(server.app, calls, await twilio.register(server.app, calls))
  await web?.phone.register(server.app, calls, server.guard)
  const { url } = await server.listen()
  httpUrl = url
  undo.push(() => server.close())
  undo.push(async () => web?.phone.close())

  if (config.demo.enabled) {
    const demo = await startDemo({
      port: config.demo.port,
      env: process.env,
      log: (message, details) => log.debug({ app: 'demo', ...details }, message),
    })
    undo.push(() => demo.close())
  }

  await edge.start()
  undo.push(() => edge.close())
  void trunkPeers.watch(edge.resolve)
  registerWithTrunks(config, edge, log)
  // Only one node can have the ports: calls that the records hold open were a killed process's.
  await store.settleInterrupted()
  await studio.resume()
  webhooks.outbox.resume()
  readiness.started()

  return {
    http: url,
    sip: edge.addresses.map(({ transport, ...address }) => `${transport} ${formatHostPort(address)}`),
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
