import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

// Files that run side by side begin far apart: what is free now another one could take.
let next = 21_000 + (process.pid % 40) * 200

/**
 * A port that is free now, TCP and UDP, from a range away from RTP (`rtpPorts`) and the ephemeral ports. Two apart: phones
 * take the next for TLS.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    next += 2
    if (next > 29_000) next = 21_000
    const port = next
    if ((await freeOverTcp(port)) && (await freeOverUdp(port))) return port
  }
}

/** Where relays under test have their media. */
export const rtpPorts = '16384-20999'

function freeOverTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

function freeOverUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createSocket('udp4')
    probe.once('error', () => probe.close(() => resolve(false)))
    probe.bind(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
