import { hostname } from 'node:os'
import { isWildcard } from '../base/local-address.js'
import type { Log } from '../base/log.js'
import type { Config } from '../config/index.js'
import {
  createSipEdge,
  type IncomingCallHandler,
  type ListenAddress,
  type ListeningSipEdge,
  NodeTls,
  type Registrar,
  type SipTrace,
  type UserAgentOptions,
} from '../sip/index.js'

/** The node towards the telephone network. */
export interface SipSide {
  /** Not started yet. */
  readonly edge: ListeningSipEdge
  /** To be closed; undefined where TLS is not configured. */
  readonly tls: NodeTls | undefined
}

export interface SipSideParts {
  readonly version: string
  readonly onCall: IncomingCallHandler
  /** The phones of the configuration. */
  readonly registrar: Registrar
  /** Whether calls from an address are let in, whatever the rest of the configuration says. */
  readonly trusts: (address: string) => boolean
  /** What answers challenges to requests of ours in calls that came in. */
  readonly credentials?: UserAgentOptions['credentials'] | undefined
  readonly log: Log
  readonly trace?: SipTrace | undefined
}

/** @throws ParleyError `sip_tls_invalid` where a certificate cannot be used */
export async function createSipSide(
  config: Config,
  { version, onCall, registrar, trusts, credentials, log, trace }: SipSideParts,
): Promise<SipSide> {
  const { sip, limits } = config
  const tls = sip.transports.includes('tls') ? await openTls(config, log) : undefined
  const edge = createSipEdge({
    config: {
      listen: listenAddresses(sip),
      ...(tls && { tls: tls.sockets }),
      ...(sip.publicAddress && { publicAddress: { host: sip.publicAddress } }),
      userAgent: `Parley/${version}`,
      // Calls decides about capacity; the edge's own bound only protects memory.
      maxDialogs: limits.calls * 2 + 100,
      allow: sip.allow,
      auth: callerAuth(config),
      trustLoopback: sip.trustLoopback,
      trusts,
      ...(credentials && { credentials }),
      sessionTimers: sip.sessionTimers.enabled
        ? { intervalSeconds: sip.sessionTimers.expiresSeconds, minSeconds: sip.sessionTimers.minSeconds }
        : false,
      limits: { maxBodyBytes: sip.maxMessageBytes },
    },
    onCall,
    registrar: config.phones.length > 0 ? registrar : undefined,
    log,
    trace,
  })
  return { edge, tls }
}

/** Whoever may register may call, too. */
function callerAuth({ sip: { auth }, phones }: Config): Config['sip']['auth'] {
  const own = Object.fromEntries(phones.map(({ name, password }) => [name, password]))
  return auth && { ...auth, users: { ...own, ...auth.users } }
}

function listenAddresses({ transports, hosts, port, tls }: Config['sip']): ListenAddress[] {
  return [...new Set(transports)].flatMap((transport) =>
    hosts.map((host) => ({ transport, host, port: transport === 'tls' ? tls.port : port })),
  )
}

function openTls({ sip, data }: Config, log: Log): Promise<NodeTls> {
  const { certFile, keyFile, caFile, verify, minVersion } = sip.tls
  const bound = sip.hosts.map((host) => (isWildcard(host) ? hostname() : host))
  const [name = 'localhost', ...more] = sip.publicAddress ? [sip.publicAddress] : new Set(bound)
  return NodeTls.open({
    certFile,
    keyFile,
    caFile,
    verify,
    minVersion,
    folder: data.dir,
    names: [name, ...more, 'localhost'],
    log,
  })
}
