import { createSocket } from 'node:dgram'
import { createServer, type Server } from 'node:net'

const [first, end, block] = [21_000, 29_000, 100]

/** The next port to hand out, in a block that is this process's own; a new block is claimed where it is the last. */
let next = 0
let claiming: Promise<void> | undefined

/**
 * A port that is free now, TCP and UDP, from a range away from RTP (`rtpPorts`) and the ephemeral ports. Two apart: phones
 * take the next for TLS.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    if (next % block === 0) {
      claiming ??= claimBlock().finally(() => (claiming = undefined))
      await claiming
      continue
    }
    const port = next
    next += 2
    if ((await freeOverTcp(port)) && (await freeOverUdp(port))) return port
  }
}

/** Where relays under test have their media. */
export const rtpPorts = '16384-20999'

/**
 * Takes a block by listening on its first port for as long as the process lives: what is free now, a process beside this one
 * would find free too, and phones open ports that others have open already.
 */
async function claimBlock(): Promise<void> {
  const blocks = (end - first) / block
  for (let tried = 0; tried < blocks; tried++) {
    const port = first + ((process.pid + tried) % blocks) * block
    const claim = await listening(port)
    if (claim) {
      claim.unref()
      next = port + 2
      return
    }
  }
  throw new Error(`no block of ${block} ports is free between ${first} and ${end}`)
}

async function freeOverTcp(port: number): Promise<boolean> {
  const probe = await listening(port)
  if (probe) await new Promise((resolve) => probe.close(resolve))
  return probe !== undefined
}

/** A server at the port; undefined where another one listens there. */
function listening(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function freeOverUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createSocket('udp4')
    probe.once('error', () => probe.close(() => resolve(false)))
    probe.bind(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
