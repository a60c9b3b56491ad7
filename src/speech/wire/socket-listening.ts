import { EventEmitter } from 'node:events'
import { Resampler } from '../../audio/index.js'
import type { Clock, Timer } from '../../base/clock.js'
import type { Listening, ListeningEvents } from '../engine.js'
import { VendorError } from '../vendor-error.js'
import { toBytes } from './audio-bytes.js'
import type { SttDialogue, SttSignal } from './stt-dialogue.js'
import { TurnAssembly } from './turn-assembly.js'
import { type SocketAddress, type SocketListener, VendorSocket } from './vendor-socket.js'

export interface SocketListeningOptions {
  readonly vendor: string
  readonly clock: Clock
  /** Hz of the frames written. */
  readonly sampleRate: number
  readonly endpointing: 'engine' | 'relay'
  readonly connectTimeoutMs: number
  readonly secrets?: readonly string[] | undefined
  /** Opens the socket; tests give their own. */
  readonly dial?: ((address: SocketAddress, listener: SocketListener) => ListeningSocket) | undefined
}

/** The part of a `VendorSocket` that is used here. */
export type ListeningSocket = Pick<VendorSocket, 'send' | 'close' | 'buffered'>

/** Audio that waits for the socket to be ready, in ms; older is dropped. */
const MOST_BACKLOG_MS = 30_000
/** Audio that may wait to be sent on an open socket, in ms: more, and the connection is stuck. */
const MOST_BUFFERED_MS = 5_000
/** ms after `finalize` by which the vendor must have answered; then what is there counts. */
const FINAL_MS = 1_500
/** The same where nothing was asked, and nothing is outstanding. */
const QUIET_FINAL_MS = 300

/** A recognition stream over a vendor's WebSocket, whatever the vendor: the dialogue knows its words. */
export class SocketListening extends EventEmitter<ListeningEvents> implements Listening {
  private readonly socket: ListeningSocket
  private readonly turns: TurnAssembly
  private readonly resampler: Resampler | undefined
  private readonly packetBytes: number
  private readonly bytesPerMs: number
  private packet: Buffer[] = []
  private packed = 0
  private backlog: Buffer[] = []
  private isReady = false
  private isOpen = false
  private over = false
  private closed = false
  private sentAt = 0
  private deadline: Timer | undefined
  private quiet: Timer | undefined
  private unready: Timer | undefined

  constructor(
    private readonly dialogue: SttDialogue,
    private readonly options: SocketListeningOptions,
  ) {
    super()
    const { format, packetMs } = dialogue
    this.bytesPerMs = (format.sampleRate / 1000) * (format.encoding === 'pcm' ? 2 : 1)
    this.packetBytes = packetMs * this.bytesPerMs
    if (format.sampleRate !== options.sampleRate) {
      this.resampler = new Resampler(options.sampleRate, format.sampleRate)
    }
    this.turns = new TurnAssembly(options.endpointing, dialogue.confirmsFinalize, {
      partial: (transcript) => this.emit('partial', transcript),
      final: (transcript) => {
        this.deadline?.cancel()
        this.emit('final', transcript)
      },
      endOfTurn: () => this.emit('endOfTurn'),
    })
    const dial = options.dial ?? ((address, listener) => new VendorSocket(address, listener))
    this.socket = dial(
      {
        vendor: options.vendor,
        url: dialogue.url,
        headers: dialogue.headers,
        connectTimeoutMs: options.connectTimeoutMs,
        secrets: options.secrets,
      },
      {
        opened: () => this.opened(),
        message: (message) => this.received(message),
        closed: (error) => this.fail(error),
      },
    )
  }

  write(frame: Int16Array): void {
    if (this.over) return
    const bytes = toBytes(this.atRate(frame), this.dialogue.format.encoding)
    this.packet.push(bytes)
    this.packed += bytes.length
    if (this.packed >= this.packetBytes) this.flush()
  }

  finalize(): void {
    if (this.over) return
    if (this.packed >= (this.dialogue.leastPacketMs ?? 0) * this.bytesPerMs) this.flush()
    this.turns.finalize()
    this.deadline?.cancel()
    const asks = this.isReady && this.askForRest()
    const waits = asks || !this.isReady || this.turns.isPending
    this.deadline = this.options.clock.after(waits ? FINAL_MS : QUIET_FINAL_MS, () => this.turns.finalized())
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.over) return
    if (this.isOpen) for (const message of this.dialogue.closing()) this.socket.send(message)
    this.end()
    this.socket.close()
  }

  private opened(): void {
    this.isOpen = true
    for (const message of this.dialogue.opening()) this.socket.send(message)
    if (!this.dialogue.waitsForReady) this.becomeReady()
    else this.awaitReady()
    const { keepAlive } = this.dialogue
    if (keepAlive) this.awaitQuiet(keepAlive, keepAlive.afterMs)
  }

  private awaitReady(): void {
    const { vendor, clock, connectTimeoutMs } = this.options
    this.unready = clock.after(connectTimeoutMs, () =>
      this.fail(new VendorError(vendor, 'timeout', `did not begin within ${connectTimeoutMs} ms`)),
    )
  }

  private becomeReady(): void {
    if (this.isReady) return
    this.isReady = true
    this.unready?.cancel()
    for (const bytes of this.backlog) this.send(bytes)
    this.backlog = []
    if (this.turns.isAsked) this.askForRest()
  }

  private askForRest(): boolean {
    const messages = this.dialogue.finalize()
    for (const message of messages) this.socket.send(message)
    return messages.length > 0
  }

  private flush(): void {
    if (this.packed === 0) return
    const bytes = this.packet.length === 1 ? this.packet[0]! : Buffer.concat(this.packet)
    this.packet = []
    this.packed = 0
    if (this.isReady) return this.send(bytes)
    this.backlog.push(bytes)
    const most = (MOST_BACKLOG_MS * this.bytesPerMs) / this.packetBytes
    if (this.backlog.length > most) this.backlog.shift()
  }

  private send(bytes: Buffer): void {
    this.socket.send(this.dialogue.audio(bytes))
    this.sentAt = this.options.clock.now()
    if (this.socket.buffered <= MOST_BUFFERED_MS * this.bytesPerMs) return
    this.fail(new VendorError(this.options.vendor, 'stalled', 'takes no more audio'))
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

  private received(message: string | Buffer): void {
    if (this.over) return
    try {
      for (const signal of this.dialogue.read(message)) this.heed(signal)
    } catch (thrown) {
      const { vendor } = this.options
      this.fail(thrown instanceof VendorError ? thrown : new VendorError(vendor, 'protocol', String(thrown)))
    }
  }

  private heed(signal: SttSignal): void {
    if (this.over) return
    switch (signal.type) {
      case 'ready':
        return this.becomeReady()
      case 'partial':
        return this.turns.partial(signal.transcript)
      case 'final':
        return this.turns.final(signal.transcript)
      case 'endOfTurn':
        return this.turns.endOfTurn()
      case 'finalized':
        return this.turns.finalized()
      case 'failed':
        return this.fail(signal.error)
    }
  }

  private fail(error: VendorError): void {
    if (this.over) return
    this.end()
    this.socket?.close()
    // A socket may fail while it is being opened, before anybody can have listened.
    queueMicrotask(() => {
      if (!this.closed) this.emit('error', error)
    })
  }

  private end(): void {
    this.over = true
    this.deadline?.cancel()
    this.quiet?.cancel()
    this.unready?.cancel()
    this.backlog = []
    this.packet = []
  }

  private atRate(frame: Int16Array): Int16Array {
    if (!this.resampler) return frame
    const output = new Int16Array(this.resampler.room(frame.length))
    return output.subarray(0, this.resampler.process(frame, output))
  }
}
