import type { Clock, Timer } from '../base/clock.js'
import type { AppAddress, AppSocket, AppSocketListener, DialApp } from './app-socket.js'

/** Frames kept for an app that is away, as on Twilio; older ones are dropped for newer. */
const MOST_KEPT = 500

/** ms that an app may be away. */
const AWAY_MS = 30_000

/** ms before each attempt; the last one repeats. */
const DELAYS_MS = [0, 500, 1_000, 2_000, 4_000]

/** RFC 6455 §7.4.1: the app closed because it was done, and does not want to be called back. */
const NORMAL_CLOSURE = 1000

export interface ReconnectOptions {
  readonly clock: Clock
  /** Whether the app is still needed. */
  readonly wanted: () => boolean
  /** The app is away, and dialled again. */
  readonly away: (detail: string) => void
  /** It is back: what goes out now reaches it before what was kept. @param kept frames that follow */
  readonly back: (kept: number) => void
}

/** Dials apps so that one that was lost is dialled again, for a while; what is sent meanwhile reaches it then. */
export function reconnecting(dial: DialApp, options: ReconnectOptions): DialApp {
  return (address, listener) => new ReconnectingSocket(dial, address, listener, options)
}

class ReconnectingSocket implements AppSocket {
  private socket: AppSocket
  /** Frames that wait for the app; undefined while it is there. */
  private kept: string[] | undefined
  private attempts = 0
  private awaySince = 0
  private timer: Timer | undefined
  private over = false

  constructor(
    private readonly dial: DialApp,
    private readonly address: AppAddress,
    private readonly listener: AppSocketListener,
    private readonly options: ReconnectOptions,
  ) {
    this.socket = dial(address, {
      ...this.passing(),
      opened: () => listener.opened(),
      failed: (detail) => listener.failed(detail),
    })
  }

  get buffered(): number {
    return this.socket.buffered
  }

  send(text: string): void {
    if (!this.kept) return this.socket.send(text)
    this.kept.push(text)
    if (this.kept.length > MOST_KEPT) this.kept.shift()
  }

  close(how: Parameters<AppSocket['close']>[0]): void {
    this.over = true
    this.timer?.cancel()
    this.socket.close(how)
  }

  /** What is the same for the first socket and those after it. */
  private passing(): Pick<AppSocketListener, 'message' | 'roundTrip' | 'closed'> {
    const { listener } = this
    return {
      message: (data, isBinary) => listener.message(data, isBinary),
      roundTrip: (ms) => listener.roundTrip(ms),
      closed: (code, reason) => this.closed(code, reason),
    }
  }

  private closed(code: number, reason: string): void {
    if (code === NORMAL_CLOSURE || !this.options.wanted()) return this.listener.closed(code, reason)
    this.kept = []
    this.attempts = 0
    this.awaySince = this.options.clock.now()
    this.options.away(`closed with ${code}${reason ? ` "${reason}"` : ''}`)
    this.later(code, reason)
  }

  /** Dials again after a while, or gives up. */
  private later(code: number, reason: string): void {
    const { clock, wanted } = this.options
    const delay = DELAYS_MS[Math.min(this.attempts, DELAYS_MS.length - 1)]!
    this.attempts++
    if (!wanted() || clock.now() + delay - this.awaySince > AWAY_MS) return this.listener.closed(code, reason)
    this.timer = clock.after(delay, () => this.again(code, reason))
  }

  private again(code: number, reason: string): void {
    if (this.over) return
    this.socket = this.dial(this.address, {
      ...this.passing(),
      opened: () => this.back(),
      failed: () => this.later(code, reason),
    })
  }

  private back(): void {
    const kept = this.kept ?? []
    this.kept = undefined
    this.options.back(kept.length)
    for (const text of kept) this.socket.send(text)
  }
}
