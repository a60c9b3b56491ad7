import type { Clock, Timer } from '../../base/clock.js'
import { VendorError, withoutSecrets } from '../vendor-error.js'
import { asVendorError, LineListening, type SttLine, type SttLineListener } from './line-listening.js'
import { failed, ready, type SttDialogue } from './stt-dialogue.js'
import { type SocketAddress, type SocketListener, type SocketMessage, VendorSocket } from './vendor-socket.js'

export interface SocketListeningOptions {
  readonly vendor: string
  readonly clock: Clock
  /** Hz of the frames written. */
  readonly sampleRate: number
  readonly endpointing: 'engine' | 'relay'
  readonly connectTimeoutMs: number
  readonly secrets?: readonly string[] | undefined
  /** Opens the socket; tests give their own. */
  readonly dial?: ((address: SocketAddress, listener: SocketListener) => LineSocket) | undefined
}

/** The part of a `VendorSocket` that is used here. */
export type LineSocket = Pick<VendorSocket, 'send' | 'close' | 'buffered'>

/** A recognition stream over a vendor's WebSocket: the dialogue knows the vendor's words. */
export class SocketListening extends LineListening {
  constructor(dialogue: SttDialogue, options: SocketListeningOptions) {
    const { format, packetMs, leastPacketMs, confirmsFinalize, silenceMs } = dialogue
    super(
      { ...options, format, packetMs, leastPacketMs, confirmsFinalize, silenceMs },
      (listener) => new SocketLine(dialogue, options, listener),
    )
  }
}

/** A line that is a WebSocket. */
class SocketLine implements SttLine {
  private readonly socket: LineSocket
  private isOpen = false
  private sentAt = 0
  private quiet: Timer | undefined
  private unready: Timer | undefined

  constructor(
    private readonly dialogue: SttDialogue,
    private readonly options: SocketListeningOptions,
    private readonly listener: SttLineListener,
  ) {
    const { vendor, connectTimeoutMs, secrets } = options
    const { url, headers } = dialogue
    const dial = options.dial ?? ((address, sockets) => new VendorSocket(address, sockets))
    this.socket = dial(
      { vendor, url, headers, connectTimeoutMs, secrets },
      {
        opened: () => this.opened(),
        message: (message) => this.received(message),
        closed: (error) => listener(failed(error)),
      },
    )
  }

  get buffered(): number {
    return this.socket.buffered
  }

  send(bytes: Buffer): void {
    this.socket.send(this.dialogue.audio(bytes))
    this.sentAt = this.options.clock.now()
  }

  finalize(): boolean {
    const messages = this.dialogue.finalize()
    for (const message of messages) this.socket.send(message)
    return messages.length > 0
  }

  idle(): void {
    for (const message of this.dialogue.idle?.() ?? []) this.socket.send(message)
  }

  close(): void {
    this.quiet?.cancel()
    this.unready?.cancel()
    if (this.isOpen) for (const message of this.dialogue.closing()) this.socket.send(message)
    this.socket.close()
  }

  private opened(): void {
    this.isOpen = true
    for (const message of this.dialogue.opening()) this.socket.send(message)
    const { keepAlive, waitsForReady } = this.dialogue
    if (waitsForReady) this.awaitReady()
    else this.listener(ready)
    if (keepAlive) this.awaitQuiet(keepAlive, keepAlive.afterMs)
  }

  private awaitReady(): void {
    const { vendor, clock, connectTimeoutMs } = this.options
    this.unready = clock.after(connectTimeoutMs, () => {
      this.listener(failed(new VendorError(vendor, 'timeout', `did not begin within ${connectTimeoutMs} ms`)))
    })
  }

  private awaitQuiet(keepAlive: NonNullable<SttDialogue['keepAlive']>, ms: number): void {
    const { clock } = this.options
    this.quiet = clock.after(ms, () => {
      const silentMs = clock.now() - this.sentAt
      if (silentMs < keepAlive.afterMs) return this.awaitQuiet(keepAlive, keepAlive.afterMs - silentMs)
      this.socket.send(keepAlive.message)
      this.awaitQuiet(keepAlive, keepAlive.afterMs)
    })
  }

  private received(message: SocketMessage): void {
    try {
      for (const signal of this.dialogue.read(message)) {
        if (signal.type === 'ready') this.unready?.cancel()
        this.listener(signal)
      }
    } catch (thrown) {
      const { vendor, secrets } = this.options
      this.listener(failed(withoutSecrets(asVendorError(vendor, thrown), secrets)))
    }
  }
}
