import {
  type Dialect,
  InvalidFrameCounter,
  type RelayCommand,
  type RelayEvent,
  type SocketClose,
} from '../protocol/index.js'
import type { AppAddress, AppSocket, DialApp } from './app-socket.js'
import { type ReconnectOptions, reconnecting } from './reconnecting.js'
import { type Timeline, withoutData } from './timeline.js'

export interface AppLinkListener {
  opened(): void
  /** A lost app is there again, on a new socket: `setup` goes first, as ever. */
  reopened(): void
  command(command: RelayCommand): void
  /** A frame was refused; the app has been told. */
  invalid(problem: string): void
  /** The tenth refused frame in a row. */
  tooManyInvalid(): void
  roundTrip(ms: number): void
  /** The socket closed without our doing. */
  lost(detail: string): void
  /** The socket never opened. */
  failed(detail: string): void
}

export interface AppLinkOptions {
  readonly dialect: Dialect
  readonly address: Omit<AppAddress, 'maxMessageBytes'>
  /** Bytes over which a frame is refused. */
  readonly frameBytes: number
  readonly dial: DialApp
  /** Given where a lost app is dialled again, as long as it is wanted. */
  readonly reconnect?: Pick<ReconnectOptions, 'clock' | 'wanted'> | undefined
  readonly timeline: Timeline
  readonly listener: AppLinkListener
}

/** A frame larger than the limit by this factor is not even read: the socket closes with 1009 (RFC 6455 §7.4.1). */
const HARD_LIMIT_FACTOR = 16

/** Events kept for an app that is not connected yet: more than a caller makes within a connect timeout. */
const MOST_EARLY_EVENTS = 200

/** The app as the session sees it: neutral events out, neutral commands in, in the app's dialect on the wire. */
export class AppLink {
  private readonly socket: AppSocket
  private invalidFrames = new InvalidFrameCounter()
  private opened = false
  private closed = false
  /** What happened before the socket was open: the app hears of it right after `setup`. */
  private early: RelayEvent[] = []

  constructor(private readonly options: AppLinkOptions) {
    const { address, frameBytes, listener } = options
    this.socket = this.dialler()(
      { ...address, maxMessageBytes: frameBytes * HARD_LIMIT_FACTOR },
      {
        opened: () => this.open(),
        message: (data, isBinary) => this.receive(data, isBinary),
        roundTrip: (ms) => listener.roundTrip(ms),
        closed: (code, reason) => {
          if (!this.closed) listener.lost(`closed with ${code}${reason ? ` "${reason}"` : ''}`)
        },
        failed: (detail) => {
          if (!this.closed) listener.failed(detail)
        },
      },
    )
  }

  /** Sends what the dialect has a frame for, once the socket is open; the rest is dropped. */
  send(event: RelayEvent): void {
    if (this.closed) return
    if (!this.opened) {
      if (this.early.length < MOST_EARLY_EVENTS) this.early.push(event)
      return
    }
    const text = this.options.dialect.encode(event)
    if (text === undefined) return
    this.socket.send(text)
    this.options.timeline.add('frame_sent', { body: text })
  }

  /** Closes the socket; no call-back follows. */
  close(how: SocketClose): void {
    if (this.closed) return
    this.closed = true
    this.socket.close(how)
  }

  private dialler(): DialApp {
    const { dial, reconnect, timeline, listener } = this.options
    if (!reconnect) return dial
    return reconnecting(dial, {
      ...reconnect,
      away: (detail) => timeline.add('app_away', { detail }),
      back: (kept) => {
        timeline.add('app_back', { kept_frames: kept })
        this.invalidFrames = new InvalidFrameCounter()
        listener.reopened()
      },
    })
  }

  private open(): void {
    this.opened = true
    const early = this.early
    this.early = []
    this.options.listener.opened()
    for (const event of early) this.send(event)
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.closed) return
    const { dialect, frameBytes, listener, timeline } = this.options
    const decoded =
      data.length > frameBytes
        ? { ok: false as const, problem: dialect.tooLarge(data.length, frameBytes) }
        : dialect.decode(data, isBinary)
    if (decoded.ok) {
      this.invalidFrames.valid()
      const { command } = decoded
      const source = command.type === 'play' && { source: withoutData(command.source) }
      timeline.add('frame_received', { ...command, ...source })
      return listener.command(command)
    }
    const { problem, raw } = decoded.problem
    timeline.add('frame_received', { invalid: problem, body: raw })
    this.send({ type: 'error', problem, raw, twilio: 64107 })
    listener.invalid(problem)
    if (this.invalidFrames.invalid()) listener.tooManyInvalid()
  }
}
