import { readFile, stat } from 'node:fs/promises'
import { type Clock, systemClock, type Timer } from '../../base/clock.js'
import { messageOf, ParleyError } from '../../base/errors.js'
import { type Log, silentLog } from '../../base/log.js'
import { selfSigned } from './self-signed.js'
import { type TlsSettings, TlsSockets } from './tls-sockets.js'

/** TLS of a node. Files in PEM; without certificate and key of its own the node makes itself one. */
export interface NodeTlsOptions extends Pick<TlsSettings, 'verify' | 'minVersion'> {
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  readonly caFile?: string | undefined
  /** Folder in which a certificate that this node makes is kept. */
  readonly folder: string
  /** Names and addresses for such a certificate. */
  readonly names: readonly [string, ...string[]]
  readonly clock?: Clock
  readonly log?: Log
}

/** ms between looks at the files: a certificate that was renewed is in use within that time. */
const watchMs = 60_000

/** Sockets for TLS that follow the files of their certificates. */
export class NodeTls {
  readonly sockets: TlsSockets
  private readonly log: Log
  private timer: Timer | undefined
  private closed = false

  private constructor(
    private readonly options: NodeTlsOptions,
    settings: TlsSettings,
    private seen: string,
  ) {
    this.log = options.log ?? silentLog
    this.sockets = new TlsSockets(settings, this.log)
    this.watch()
  }

  /** @throws ParleyError `sip_tls_invalid` naming what cannot be read or used */
  static async open(options: NodeTlsOptions): Promise<NodeTls> {
    try {
      const seen = await fingerprint(options)
      return new NodeTls(options, await load(options), seen)
    } catch (error) {
      throw new ParleyError('sip_tls_invalid', `sip.tls: ${messageOf(error)}`, { cause: error })
    }
  }

  close(): void {
    this.closed = true
    this.timer?.cancel()
  }

  /** Takes over what has changed in the files. What cannot be used is logged, and the old goes on. */
  async refresh(): Promise<void> {
    try {
      const seen = await fingerprint(this.options)
      if (seen === this.seen) return
      this.sockets.update(await load(this.options))
      this.seen = seen
      this.log.info({}, 'new certificate for SIP over TLS')
    } catch (error) {
      this.log.warn({ err: error, code: 'sip_tls_invalid' }, `sip.tls: ${messageOf(error)}; the old goes on`)
    }
  }

  private watch(): void {
    this.timer = (this.options.clock ?? systemClock).after(watchMs, async () => {
      await this.refresh()
      if (!this.closed) this.watch()
    })
  }
}

async function load(options: NodeTlsOptions): Promise<TlsSettings> {
  const { certFile, keyFile, caFile, folder, names, verify, minVersion, clock = systemClock } = options
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8')
  const own = certFile !== undefined && keyFile !== undefined
  const pair = own
    ? { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
    : await selfSigned(folder, names, clock)
  return { ...pair, ca, clientCert: own, verify, minVersion }
}

/** Changes with any of the configured files. */
async function fingerprint({ certFile, keyFile, caFile }: NodeTlsOptions): Promise<string> {
  const files = [certFile, keyFile, caFile].filter((file) => file !== undefined)
  const states = await Promise.all(files.map((file) => stat(file)))
  return states.map(({ mtimeMs, size }) => `${mtimeMs} ${size}`).join(', ')
}
