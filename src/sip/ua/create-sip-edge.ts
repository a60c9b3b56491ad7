import { randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { type Clock, systemClock } from '../../base/clock.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import { type Log, silentLog } from '../../base/log.js'
import { AddressList } from '../address-list.js'
import type { IncomingCallHandler, SipEdge } from '../edge.js'
import type { Ingress } from '../ingress.js'
import type { Registrar } from '../registrar/registrar.js'
import { CachedDns } from '../resolve/cached-dns.js'
import { systemDns } from '../resolve/dns.js'
import { createResolver, type ResolveHop } from '../resolve/resolver.js'
import { type SipTrace, tracedMessage } from '../trace.js'
import { createTransactionLayer, type FedTransactionLayer } from '../transactions/layer.js'
import type { SipTransport } from '../transport.js'
import { type ListenAddress, SipTransports, type SipTransportsOptions } from '../wire/transports.js'
import { Admission } from './admission.js'
import type { UserAgentContext } from './context.js'
import { HopHealth } from './hops/hop-health.js'
import { defaultUserAgentOptions, type UserAgentOptions } from './options.js'
import { UserAgent } from './user-agent.js'

/** How an edge listens and behaves; what is absent has the default of `defaultUserAgentOptions`. */
export interface SipEdgeConfig extends Partial<UserAgentOptions> {
  /** What to bind; port 0 takes a free one. */
  readonly listen: readonly ListenAddress[]
  /** How TLS connections are made; needed where `listen` has any. */
  readonly tls?: SipTransportsOptions['tls']
  /** What the outside calls this end when a NAT is between. */
  readonly publicAddress?: { readonly host: string; readonly port?: number }
  /** Addresses and CIDR ranges on this side of that NAT. */
  readonly localNetworks?: readonly string[]
  readonly limits?: SipTransportsOptions['limits']
  /** ms that `close` waits for the peers to confirm the end of their calls; default 2,000. */
  readonly closeTimeoutMs?: number
}

/** A transport that can be started, as `createSipEdge` uses one. */
export interface EdgeTransport extends SipTransport {
  start(): Promise<void>
  /** What is bound, with the real ports. */
  readonly addresses: readonly ListenAddress[]
}

export interface SipEdgeOptions {
  readonly config: SipEdgeConfig
  readonly onCall: IncomingCallHandler
  /** Answers REGISTER; without one it gets 405. */
  readonly registrar?: Pick<Registrar, 'register' | 'hopTo'> | undefined
  readonly clock?: Clock
  /** Random bytes for tags and branches; node:crypto's when absent. */
  readonly random?: (bytes: number) => Buffer
  readonly log?: Log
  /** Finds where a request goes; by the machine's DNS when absent. */
  readonly resolve?: ResolveHop
  /** Told of every message that comes or goes. */
  readonly trace?: SipTrace | undefined
  /** Takes the place of the sockets: gets where to hand up messages. */
  readonly transport?: (ingress: Ingress) => EdgeTransport
}

/** An edge that is bound to sockets of its own. */
export interface ListeningSipEdge extends SipEdge {
  /** What is bound, with the real ports; empty before `start`. */
  readonly addresses: readonly ListenAddress[]
  /** Calls alive, for metrics and drain. */
  readonly dialogs: number
  /** Where a request to a URI goes from here. */
  readonly resolve: ResolveHop
}

/**
 * Parley's own SIP core: transports, transactions and user agent, wired.
 * @throws ParleyError `config_invalid` naming an entry of `allow` or `localNetworks` that is not an address or range
 */
export function createSipEdge(options: SipEdgeOptions): ListeningSipEdge {
  const { config, onCall, clock = systemClock, random = randomBytes, log = silentLog, trace } = options
  const settings: UserAgentOptions = { ...defaultUserAgentOptions, ...defined(config) }
  const admission = checked('sip.allow', () => new Admission(settings, clock))

  let layer: FedTransactionLayer | undefined
  const ingress: Ingress = {
    message: (message, peer) => {
      trace?.(tracedMessage(message, peer, 'in'))
      layer?.receive(message, peer)
    },
    malformed: (error, peer) => layer?.receiveMalformed(error, peer),
  }
  const transport = options.transport?.(ingress) ?? socketTransport(config, ingress, log)
  const transactions = createTransactionLayer({
    transport: trace ? traced(transport, trace) : transport,
    clock,
    random,
    log,
    timers: settings.timers,
    retryAfterSeconds: settings.retryAfterSeconds,
    user: { request: (request, peer, transaction) => agent.request(request, peer, transaction) },
  })
  layer = transactions
  const context: UserAgentContext = { clock, random, log, transport, transactions, options: settings }
  const resolve = hopResolver(
    options.resolve ?? systemResolver(config.listen, clock, random),
    options.registrar,
  )
  const finder = { resolve, health: new HopHealth(clock) }
  const agent = new UserAgent(context, admission, onCall, finder, options.registrar)

  return {
    start: () => transport.start(),
    drain: () => agent.drain(),
    call: (request, listener) => agent.call(request, listener),
    register: (request, changed) => agent.register(request, changed),
    callNamed: (replaces) => agent.callNamed(replaces),
    resolve,
    async close() {
      await agent.close(config.closeTimeoutMs ?? 2_000)
      transactions.close()
      await transport.close()
    },
    get addresses() {
      return transport.addresses
    },
    get dialogs() {
      return agent.size
    },
  }
}

/** A transport that tells of what it sends. */
function traced(transport: SipTransport, trace: SipTrace): SipTransport {
  return {
    isReliable: (peer) => transport.isReliable(peer),
    localAddress: (peer) => transport.localAddress(peer),
    close: () => transport.close(),
    send(message, peer, failed) {
      trace(tracedMessage(message, peer, 'out'))
      transport.send(message, peer, failed)
    },
  }
}

function socketTransport(config: SipEdgeConfig, ingress: Ingress, log: Log): EdgeTransport {
  const { listen, tls, publicAddress, localNetworks, limits } = config
  return new SipTransports({
    listen,
    log,
    onMessage: ingress.message,
    onMalformed: ingress.malformed,
    ...(tls && { tls }),
    ...(publicAddress && { publicAddress }),
    ...(localNetworks && {
      localNetworks: checked('sip.localNetworks', () => new AddressList(localNetworks)),
    }),
    ...(limits && { limits }),
  })
}

/** A phone that registered is where it came from; all else is looked up. */
function hopResolver(lookup: ResolveHop, registrar: SipEdgeOptions['registrar']): ResolveHop {
  return async (uri) => {
    const hop = registrar?.hopTo(uri)
    return hop ? [hop] : lookup(uri)
  }
}

/** Looks hops up for the transports and the families that are listened on. */
function systemResolver(
  listen: readonly ListenAddress[],
  clock: Clock,
  random: (bytes: number) => Buffer,
): ResolveHop {
  const hosts = listen.map(({ host }) => host)
  const both = hosts.includes('::')
  const families: (4 | 6)[] = []
  if (both || hosts.some((host) => !isIPv6(host))) families.push(4)
  if (both || hosts.some((host) => isIPv6(host))) families.push(6)
  return createResolver({
    dns: new CachedDns(systemDns(), clock),
    transports: [...new Set(listen.map(({ transport }) => transport))],
    families,
    random: () => random(4).readUInt32BE() / 2 ** 32,
  })
}

/** Keys that are there but undefined must not hide a default. */
function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>
}

function checked<T>(path: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw new ParleyError('config_invalid', `${path}: ${messageOf(error)}`, { cause: error })
  }
}
