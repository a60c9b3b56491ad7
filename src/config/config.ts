import { isAbsolute, join } from 'node:path'
import type { z } from 'zod'
import { parseRelaySettings, type RelaySettings } from '../protocol/index.js'
import type { SpeechOptions } from '../speech/index.js'
import { demoGreeting, demoHints } from './demo-route.js'
import type { configSchema } from './schema.js'
import { type ConfiguredTrunk, completeTrunk } from './trunks.js'

type Parsed = z.output<typeof configSchema>

/** The node's configuration, complete: every default is filled in, every value checked. Plain data. */
export interface Config
  extends Omit<Parsed, 'sip' | 'rtp' | 'limits' | 'speech' | 'models' | 'demo' | 'trunks' | 'routes'> {
  readonly sip: Bound<Parsed['sip']>
  readonly rtp: Bound<Parsed['rtp']>
  readonly limits: Parsed['limits'] & { readonly calls: number }
  readonly speech: SpeechOptions
  readonly models: Parsed['models'] & { readonly dir: string }
  readonly demo: Parsed['demo'] & { readonly enabled: boolean }
  readonly trunks: readonly ConfiguredTrunk[]
  readonly routes: readonly ConfiguredRoute[]
}

/** What binds to an address, or to one of IPv4 and one of IPv6. */
type Bound<Group> = Omit<Group, 'host'> & { readonly hosts: readonly string[] }

/** What answers a number. */
export interface ConfiguredRoute {
  readonly to: string
  readonly relay: RelaySettings
  readonly record: boolean
}

/** What defaults depend on. */
export interface Machine {
  /** Cores of the machine. */
  readonly cores: number
  /** Folder that relative paths start from. */
  readonly cwd: string
}

/** Calls a core carries, recognition and synthesis on another machine: about a third of it. */
const CALLS_PER_CORE = 50

/** RFC 1918, RFC 6598, RFC 4193, link-local and loopback: callers who need not come through a router. */
const privateAddresses = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
]

/** Fills in what depends on other values or on the machine. */
export function complete(parsed: Parsed, { cores, cwd }: Machine): Config {
  const { limits, speech, demo, data, recording, routes } = parsed
  const { host: hosts, ...sip } = parsed.sip
  const { host: rtpHosts = hosts, ...rtp } = parsed.rtp
  const dataDir = absolute(data.dir, cwd)
  const models = { ...parsed.models, dir: absolute(parsed.models.dir ?? join(dataDir, 'models'), cwd) }
  const demoEnabled = demo.enabled ?? routes === undefined
  return {
    ...parsed,
    sip: {
      ...sip,
      hosts,
      allow: sip.allow ?? (isOpen(parsed.sip) ? privateAddresses : undefined),
      tls: {
        ...sip.tls,
        certFile: absolute(sip.tls.certFile, cwd),
        keyFile: absolute(sip.tls.keyFile, cwd),
        caFile: absolute(sip.tls.caFile, cwd),
      },
    },
    rtp: { ...rtp, hosts: rtpHosts, publicAddress: rtp.publicAddress ?? sip.publicAddress },
    limits: { ...limits, calls: limits.calls ?? CALLS_PER_CORE * Math.max(1, cores) },
    speech: {
      ...speech,
      cache: speech.cache.enabled
        ? { dir: join(dataDir, 'speech'), maxBytes: speech.cache.megabytes * 1024 * 1024 }
        : undefined,
      models: { dir: models.dir, threads: models.threads, endOfTurnMs: models.endOfTurnMs },
    },
    models,
    data: { ...data, dir: dataDir },
    demo: { ...demo, enabled: demoEnabled },
    studio: {
      flows: parsed.studio.flows.map((flow) => ({ ...flow, file: absolute(flow.file, cwd) })),
    },
    trunks: parsed.trunks.map(completeTrunk),
    routes: (routes ?? (demoEnabled ? [demoRoute(demo.port)] : [])).map((route) => ({
      ...route,
      record: route.record ?? recording.enabled,
    })),
  }
}

function absolute<Path extends string | undefined>(path: Path, cwd: string): Path | string {
  return path === undefined || isAbsolute(path) ? path : join(cwd, path)
}

/** Whether strangers could reach SIP without being challenged. */
function isOpen({ host, auth }: Parsed['sip']): boolean {
  return auth === undefined && !host.every((one) => /^(127\.|::1$|localhost$)/.test(one))
}

/** The route that suits the demo app: its greeting, and what its callers say. */
function demoRoute(port: number) {
  const relay = parseRelaySettings({
    url: `ws://127.0.0.1:${port}/ws`,
    welcomeGreeting: demoGreeting,
    dtmfDetection: true,
    hints: demoHints,
    languages: [{ code: 'en-US' }, { code: 'es-ES' }],
  })
  return { to: '*', relay, record: undefined }
}
