import { createServer } from 'node:net'

let next = 21_000 + (process.pid % 300) * 20

/** A TCP port that is free now, from a range away from RTP and the ephemeral ports. Two apart: phones take the next for TLS. */
export async function freePort(): Promise<number> {
  for (;;) {
    next += 2
    if (next > 29_000) next = 21_000
    const port = next
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
}
