import { createServer } from 'node:net'

// Files that run side by side begin far apart: what is free now another one could take.
let next = 21_000 + (process.pid % 40) * 200

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
