import { ParleyError } from '../base/errors.js'
import { bindUdp, type MediaSocket } from './media-socket.js'

/** An even port for RTP and the odd one after it for RTCP (RFC 3550 §11). */
export interface PortPair {
  readonly rtp: MediaSocket
  readonly rtcp: MediaSocket
  /** Closes both sockets and gives the pair back. */
  close(): Promise<void>
}

export interface RtpPortPoolOptions {
  /** First and last port to be used. */
  readonly from?: number
  readonly to?: number
  readonly bind?: (address: string, port: number) => Promise<MediaSocket>
  /** 0 up to but not 1. */
  readonly random?: () => number
}

/**
 * Hands out pairs of ports, in turn from a random start, so that a port rests as long as possible before strangers'
 * late packets could reach its next call. Ports taken by other programs are skipped.
 */
export class RtpPortPool {
  private readonly first: number
  private readonly pairs: number
  private readonly used = new Set<number>()
  private readonly bind: (address: string, port: number) => Promise<MediaSocket>
  private cursor: number

  constructor(options: RtpPortPoolOptions = {}) {
    const { from = 16384, to = 32767, bind = bindUdp, random = Math.random } = options
    this.first = from + (from % 2)
    this.pairs = Math.max(0, Math.floor((to - this.first + 1) / 2))
    this.bind = bind
    this.cursor = Math.floor(random() * this.pairs)
  }

  /** Pairs in use. */
  get size(): number {
    return this.used.size
  }

  /**
   * Binds a pair at `address`.
   * @throws ParleyError `rtp_ports_exhausted` when none is free, `rtp_bind_failed` when the address cannot be bound at all
   */
  async open(address: string): Promise<PortPair> {
    for (let tries = 0; tries < this.pairs; tries++) {
      const port = this.first + 2 * this.cursor
      this.cursor = (this.cursor + 1) % this.pairs
      if (this.used.has(port)) continue
      this.used.add(port)
      const pair = await this.bindPair(address, port).catch((error: unknown) => {
        this.used.delete(port)
        throw error
      })
      if (pair) return pair
      this.used.delete(port)
    }
    const last = this.first + 2 * this.pairs - 1
    throw new ParleyError('rtp_ports_exhausted', `No free pair of ports in ${this.first}-${last}.`)
  }

  private async bindPair(address: string, port: number): Promise<PortPair | undefined> {
    const rtp = await this.tryBind(address, port)
    if (!rtp) return undefined
    const rtcp = await this.tryBind(address, port + 1).catch(async (error: unknown) => {
      await rtp.close()
      throw error
    })
    if (!rtcp) {
      await rtp.close()
      return undefined
    }
    const close = async (): Promise<void> => {
      await Promise.all([rtp.close(), rtcp.close()])
      this.used.delete(port)
    }
    return { rtp, rtcp, close }
  }

  /** @returns undefined when another program has the port, or only root may have it */
  private async tryBind(address: string, port: number): Promise<MediaSocket | undefined> {
    try {
      return await this.bind(address, port)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE' || code === 'EACCES') return undefined
      throw new ParleyError('rtp_bind_failed', `Cannot bind ${address} port ${port}: ${message}`, {
        cause: error,
      })
    }
  }
}
