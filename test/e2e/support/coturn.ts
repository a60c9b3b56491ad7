import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { freePort } from './ports.js'
import { until } from './wait.js'

/**
 * Debian's coturn. What it relays has an address of its own, 127.0.0.2, and reaches nothing but that address: two parties
 * hear each other through it only when both of them are behind it.
 */
export class Coturn {
  output = ''
  /** What makes credentials. */
  readonly secret = randomBytes(12).toString('hex')
  private process!: ChildProcess

  private constructor(private readonly port: number) {}

  get url(): string {
    return `turn:127.0.0.1:${this.port}`
  }

  static async start(): Promise<Coturn> {
    const coturn = new Coturn(await freePort())
    const args = [
      ['-n', '--no-cli', '--no-tls', '--no-dtls', '--no-stun', '--no-multicast-peers', '--simple-log'],
      ['--log-file=stdout', '--pidfile=', '--userdb=:memory:', '--realm=parley', '--relay-threads=1'],
      ['--listening-ip=127.0.0.1', `--listening-port=${coturn.port}`, '--relay-ip=127.0.0.2'],
      ['--min-port=29200', '--max-port=30199', '--fingerprint'],
      ['--allow-loopback-peers', '--denied-peer-ip=127.0.0.1', '--allowed-peer-ip=127.0.0.2'],
      ['--use-auth-secret', `--static-auth-secret=${coturn.secret}`],
    ].flat()
    const child = spawn('turnserver', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    coturn.process = child
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (coturn.output += chunk))
    const over = () => child.exitCode !== null
    await until(() => /UDP listener opened/i.test(coturn.output) || over(), 'coturn to listen').catch(
      () => {},
    )
    if (over()) throw new Error(`coturn exited with ${child.exitCode}:\n${coturn.output}`)
    return coturn
  }

  stop(): void {
    this.process.kill('SIGKILL')
  }
}

/** Has a page's calls go through TURN servers alone. Its connections are then the page's global `connections`. */
export async function throughTurn(page: Page): Promise<void> {
  await page.evaluate(`{
    const Native = RTCPeerConnection
    globalThis.connections = []
    globalThis.RTCPeerConnection = class extends Native {
      constructor(options) {
        super({ ...options, iceTransportPolicy: 'relay' })
        connections.push(this)
      }
    }
  }`)
}

/** Kinds of the candidates that the page's last connection goes by: its own, and the relay's. */
export function routeOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(`connections.at(-1).getStats().then((stats) => {
    const all = [...stats.values()]
    const pair = all.find(({ type, nominated }) => type === 'candidate-pair' && nominated)
    return [pair.localCandidateId, pair.remoteCandidateId].map((id) => stats.get(id).candidateType)
  })`)
}
