import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { systemClock } from '../../../src/base/clock.js'
import { selfSigned } from '../../../src/sip/tls/self-signed.js'
import { freePort } from './ports.js'
import { untilAsync } from './wait.js'

/** Who may call and register: kamailio/carrier.cfg knows the same. */
export const subscriber = { user: 'subscriber', password: 's3cret' }

/** Debian's Kamailio as a carrier: a proxy that challenges every call, and a registrar. */
export class Kamailio {
  output = ''
  private constructor(
    private readonly process: ChildProcess,
    readonly udpPort: number,
    readonly tlsPort: number,
    /** PEM file that vouches for it. */
    readonly caFile: string,
  ) {}

  /** @param dir folder of its own */
  static async start(dir: string): Promise<Kamailio> {
    await selfSigned(dir, ['127.0.0.1'], systemClock)
    const [udpPort, tlsPort] = [await freePort(), await freePort()]
    const [certificate, key] = [join(dir, 'sip-tls.crt'), join(dir, 'sip-tls.key')]
    const args = [
      ['-f', new URL('../kamailio/carrier.cfg', import.meta.url).pathname, '-DD', '-E', '-Y', dir],
      ['-m', '16', '-M', '4', '-l', `udp:127.0.0.1:${udpPort}`, '-l', `tls:127.0.0.1:${tlsPort}`],
      ['-A', `CERTIFICATE="${certificate}"`, '-A', `PRIVATE_KEY="${key}"`],
    ].flat()
    // Debian has servers in a folder that is not on everybody's path.
    const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` }
    // A group of its own: it consists of several processes.
    const child = spawn('kamailio', args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const kamailio = new Kamailio(child, udpPort, tlsPort, certificate)
    child.stdout.on('data', (chunk) => (kamailio.output += chunk))
    child.stderr.on('data', (chunk) => (kamailio.output += chunk))
    try {
      await untilAsync(() => accepts(tlsPort), 'Kamailio to listen', 15_000)
    } catch (error) {
      kamailio.stop()
      throw new Error(`${(error as Error).message}\n${kamailio.output}`)
    }
    return kamailio
  }

  stop(): void {
    try {
      process.kill(-this.process.pid!, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
