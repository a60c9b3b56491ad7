import type { Socket } from 'node:net'
import { type Ingress, markOrigin, markOriginIfPossible } from '../ingress.js'
import type { SipPeer, TransportName } from '../transport.js'
import { type FramerLimits, StreamFramer } from './stream-framer.js'

/** Limits of one connection. */
export interface ConnectionLimits extends FramerLimits {
  /** ms without any byte after which a connection closes; default one hour: calls are quiet. */
  readonly idleTimeoutMs?: number
  /** ms within which a connection must have brought its first message, and later each message whole; default 30 s. */
  readonly messageTimeoutMs?: number
  /** Bytes waiting to be written beyond which a peer counts as stuck and is cut off; default 1 MiB. */
  readonly maxQueuedBytes?: number
}

/** The other end of a connection. */
export type RemoteEnd = Pick<SipPeer, 'address' | 'port' | 'domain'>

/** One open TCP or TLS connection that speaks SIP, whoever opened it. */
export class StreamConnection {
  readonly peer: SipPeer
  private readonly framer: StreamFramer
  private readonly maxQueued: number
  private messageTimer: NodeJS.Timeout | undefined
  private closing = false

  constructor(
    readonly socket: Socket,
    transport: TransportName,
    readonly name: string,
    remote: RemoteEnd,
    ingress: Ingress,
    private readonly limits: ConnectionLimits,
  ) {
    this.peer = { transport, ...remote, connection: name }
    this.maxQueued = limits.maxQueuedBytes ?? 1 << 20
    this.framer = new StreamFramer(
      {
        message: (message) => {
          if (message.kind === 'request') markOrigin(message, this.peer)
          ingress.message(message, this.peer)
        },
        malformed: (error) => {
          if (error.request) markOriginIfPossible(error.request, this.peer)
          ingress.malformed(error, this.peer)
        },
        broken: (error) => {
          if (error.request) markOriginIfPossible(error.request, this.peer)
          ingress.malformed(error, this.peer)
          this.end()
        },
        ping: () => this.write(Buffer.from('\r\n')),
      },
      limits,
    )
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    socket.setTimeout(limits.idleTimeoutMs ?? 3_600_000, () => socket.destroy())
    socket.on('data', (chunk) => this.receive(chunk))
    socket.on('close', () => clearTimeout(this.messageTimer))
    this.expectMessage()
  }

  /** Whether more can be sent. */
  get usable(): boolean {
    return !this.closing && !this.socket.destroyed && this.socket.writable
  }

  write(bytes: Buffer, failed?: (error: Error) => void): void {
    if (this.socket.writableLength + bytes.length > this.maxQueued) {
      const error = new Error(`Peer does not read: ${this.socket.writableLength} bytes are waiting`)
      this.socket.destroy()
      queueMicrotask(() => failed?.(error))
      return
    }
    this.socket.write(bytes, (error) => {
      if (error) failed?.(error)
    })
  }

  /** Sends what is queued, then closes. */
  end(): void {
    this.closing = true
    this.socket.end()
    this.socket.setTimeout(2_000, () => this.socket.destroy())
  }

  private receive(chunk: Buffer): void {
    if (this.closing) return
    const before = this.framer.pending
    this.framer.push(chunk)
    if (!this.framer.pending) {
      clearTimeout(this.messageTimer)
      this.messageTimer = undefined
    } else if (!before || this.messageTimer === undefined) {
      this.expectMessage()
    }
  }

  /** Cuts off who sends a message drop by drop, or connects and says nothing. */
  private expectMessage(): void {
    clearTimeout(this.messageTimer)
    this.messageTimer = setTimeout(() => this.socket.destroy(), this.limits.messageTimeoutMs ?? 30_000)
    this.messageTimer.unref()
  }
}
