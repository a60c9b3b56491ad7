import type { Clock, Timer } from '../../base/clock.js'
import type { SpeakRequest } from '../engine.js'
import { VendorError, withoutSecrets } from '../vendor-error.js'
import { readJson } from './json.js'
import type { SpeechAddress, TtsSignal, TtsWire, Utterance } from './tts-wire.js'
import { type SocketMessage, VendorSocket } from './vendor-socket.js'

/** Who hears of one utterance. */
export interface UtteranceListener {
  signal(signal: Exclude<TtsSignal, { type: 'send' }>): void
  /** The connection is gone. `untouched`: the vendor had not said a word for this utterance. */
  lost(error: VendorError, untouched: boolean): void
}

interface Active {
  readonly utterance: Utterance
  readonly listener: UtteranceListener
  touched: boolean
  cancelled: boolean
}

export interface SpeechConnectionOptions {
  readonly clock: Clock
  readonly connectTimeoutMs: number
  readonly secrets: readonly string[]
  /** It cannot be used any more. */
  readonly gone: (connection: SpeechConnection) => void
}

/**
 * How long a vendor may take to confirm that an utterance was cancelled, in ms: then the connection is given up where the
 * next utterance could be taken for it, and the vendor is held to be done with it otherwise.
 */
const CANCEL_MS = 1_000

/** A connection to a text-to-speech vendor with the utterances on it. */
export class SpeechConnection {
  private readonly socket: VendorSocket
  private readonly active = new Map<string, Active>()
  private readonly waiting: (() => void)[] = []
  private ready = false
  private over = false
  private contexts = 0
  /** When the utterances of late began, in ms of the clock. */
  private begun: number[] = []
  private used = false
  private idle: Timer | undefined
  private beat: Timer | undefined
  private unready: Timer | undefined

  constructor(
    private readonly wire: TtsWire,
    readonly address: SpeechAddress,
    private readonly request: SpeakRequest,
    private readonly options: SpeechConnectionOptions,
  ) {
    const { vendor } = wire
    const { connectTimeoutMs, secrets } = options
    const { url, headers } = address
    this.socket = new VendorSocket(
      { vendor, url, headers, connectTimeoutMs, secrets },
      {
        opened: () => {
          for (const message of wire.opening(request)) this.socket.send(message)
          if (wire.isReady) this.awaitReady()
          else this.becomeReady()
          this.keepAlive()
        },
        message: (message) => this.received(message),
        closed: (error) => this.lost(error),
      },
    )
    this.awaitUse()
  }

  /** Whether one more utterance may begin here. */
  get hasRoom(): boolean {
    const fresh = this.wire.reuse || !this.used
    return !this.over && fresh && this.active.size < this.wire.most && !this.isSpent
  }

  /** Whether as many utterances began here of late as the vendor lets one connection have. */
  get isSpent(): boolean {
    const { pace } = this.wire
    if (!pace) return false
    const since = this.options.clock.now() - pace.withinMs
    this.begun = this.begun.filter((at) => at > since)
    return this.begun.length >= pace.most
  }

  /** Whether an utterance was spoken here before. */
  get isUsed(): boolean {
    return this.used
  }

  /** Whether it was open before anybody asked for it now. */
  get isReady(): boolean {
    return this.ready
  }

  /** Begins an utterance as soon as the connection is ready. @returns what cancels it */
  begin(request: SpeakRequest, listener: UtteranceListener): { utterance: Utterance; cancel: () => void } {
    const context = `parley-${++this.contexts}`
    const utterance = this.wire.utter(request, context)
    const entry: Active = { utterance, listener, touched: false, cancelled: false }
    this.active.set(context, entry)
    this.idle?.cancel()
    this.used = true
    if (this.wire.pace) this.begun.push(this.options.clock.now())
    const start = () => {
      if (entry.cancelled) return this.release(context)
      for (const message of utterance.start()) this.socket.send(message)
    }
    if (this.ready) start()
    else this.waiting.push(start)
    return { utterance, cancel: () => this.cancel(context, entry) }
  }

  close(): void {
    if (this.over) return
    this.finish()
    this.socket.close()
  }

  private cancel(context: string, entry: Active): void {
    if (entry.cancelled || !this.active.has(context)) return
    entry.cancelled = true
    if (!this.ready) return
    const messages = entry.utterance.cancel()
    if (!messages) {
      if (this.active.size === 1) return this.close()
      // Others speak here: this one is left to run out unheard.
      return
    }
    for (const message of messages) this.socket.send(message)
    const { confirmsCancel, most } = this.wire
    if (!confirmsCancel && most === 1) return this.release(context)
    this.options.clock.after(CANCEL_MS, () => {
      // The vendor counts it among those it serves until it has said that it is over.
      if (!confirmsCancel) this.release(context)
      // What it says from now on could be taken for the next utterance.
      else if (this.active.get(context) === entry) this.close()
    })
  }

  private awaitReady(): void {
    const { clock, connectTimeoutMs } = this.options
    this.unready = clock.after(connectTimeoutMs, () => {
      this.socket.close()
      this.lost(new VendorError(this.wire.vendor, 'timeout', `did not begin within ${connectTimeoutMs} ms`))
    })
  }

  private becomeReady(): void {
    this.ready = true
    this.unready?.cancel()
    for (const start of this.waiting.splice(0)) start()
  }

  private received(message: SocketMessage): void {
    if (this.over) return
    try {
      const content = typeof message === 'string' ? readJson(this.wire.vendor, message) : message
      if (!this.ready && !Buffer.isBuffer(content)) {
        for (const reply of this.wire.reply?.(content, this.request) ?? []) this.socket.send(reply)
        if (this.wire.isReady?.(content)) this.becomeReady()
      }
      const context = Buffer.isBuffer(content) ? undefined : this.wire.contextOf?.(content)
      for (const [name, entry] of [...this.active]) {
        if (context === undefined || context === name) this.offer(name, entry, content)
      }
    } catch (thrown) {
      const error =
        thrown instanceof VendorError ? thrown : new VendorError(this.wire.vendor, 'protocol', String(thrown))
      this.socket.close()
      this.lost(withoutSecrets(error, this.options.secrets))
    }
  }

  private offer(context: string, entry: Active, content: Parameters<Utterance['read']>[0]): void {
    for (const signal of this.read(entry, content)) {
      entry.touched = true
      if (signal.type === 'send') {
        if (!entry.cancelled) for (const message of signal.messages) this.socket.send(message)
      } else if (!entry.cancelled) entry.listener.signal(signal)
      if (signal.type === 'done' || signal.type === 'failed') this.release(context)
    }
  }

  /** Where several speak on one connection, an error is that of the one it names. */
  private read(entry: Active, content: Parameters<Utterance['read']>[0]): readonly TtsSignal[] {
    try {
      return entry.utterance.read(content)
    } catch (thrown) {
      const named = !Buffer.isBuffer(content) && this.wire.contextOf?.(content) !== undefined
      if (named && thrown instanceof VendorError) {
        return [{ type: 'failed', error: withoutSecrets(thrown, this.options.secrets) }]
      }
      throw thrown
    }
  }

  private release(context: string): void {
    if (!this.active.delete(context) || this.active.size > 0 || this.over) return
    if (!this.wire.reuse) return this.close()
    this.awaitUse()
  }

  private awaitUse(): void {
    this.idle?.cancel()
    this.idle = this.options.clock.after(this.wire.idleMs, () => this.close())
  }

  private keepAlive(): void {
    const { keepAlive } = this.wire
    if (!keepAlive) return
    this.beat = this.options.clock.after(keepAlive.everyMs, () => {
      if (this.active.size === 0) this.socket.send(keepAlive.message)
      this.keepAlive()
    })
  }

  private lost(error: VendorError): void {
    if (this.over) return
    const left = [...this.active.values()]
    this.finish()
    for (const { listener, touched, cancelled } of left) if (!cancelled) listener.lost(error, !touched)
  }

  private finish(): void {
    this.over = true
    this.idle?.cancel()
    this.beat?.cancel()
    this.unready?.cancel()
    this.active.clear()
    this.waiting.length = 0
    this.options.gone(this)
  }
}
