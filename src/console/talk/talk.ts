import type { Clock, Timer } from '../../base/clock.js'
import { type CallFacts, type Dialect, dialects, type RelayEvent } from '../../protocol/index.js'
import type { AppSocket, DialApp } from '../../session/index.js'

/** One thing that happened on the socket. */
export interface TalkEntry {
  /** Counts from 1. */
  readonly id: number
  /** ms since the Unix epoch. */
  readonly at: number
  readonly kind: 'opened' | 'sent' | 'received' | 'failed' | 'closed'
  /** A frame's text; why it failed or closed. */
  readonly text: string
  /** What is wrong with a received frame. */
  readonly problem?: string
}

export interface TalkOptions {
  readonly id: string
  readonly url: string
  readonly dialect: Dialect['name']
  readonly sessionId: string
  readonly call: CallFacts
  readonly parameters: Readonly<Record<string, string>>
  readonly authToken: string | undefined
  readonly limits: { readonly connectTimeoutMs: number; readonly frameBytes: number }
  readonly dial: DialApp
  readonly clock: Clock
  /** Nobody has looked at it for a while, or it was closed. */
  readonly over: () => void
}

/** ms without a reader after which a talk ends. */
const abandonedMs = 60_000
/** Entries of a talk, beyond which it ends. */
const mostEntries = 5000

/** A session with an app without a call: every frame is sent by hand, and shown as it comes. */
export class Talk {
  readonly id: string
  readonly entries: TalkEntry[] = []
  private readonly dialect: Dialect
  private readonly socket: AppSocket
  private readonly readers = new Set<(entry: TalkEntry) => void>()
  private abandoned: Timer | undefined
  private isOver = false

  constructor(private readonly options: TalkOptions) {
    this.id = options.id
    this.dialect = dialects[options.dialect]
    const { url, authToken, limits } = options
    const address = {
      url,
      authToken,
      connectTimeoutMs: limits.connectTimeoutMs,
      pingIntervalMs: 20_000,
      maxMessageBytes: limits.frameBytes,
    }
    this.socket = options.dial(address, {
      opened: () => this.opened(),
      message: (data, isBinary) => this.received(data, isBinary),
      roundTrip() {},
      closed: (code, reason) => this.end('closed', reason === '' ? String(code) : `${code} ${reason}`),
      failed: (detail) => this.end('failed', detail),
    })
    this.await()
  }

  /** Tells of all that was after an entry and of all that comes. @returns what ends that */
  follow(after: number, reader: (entry: TalkEntry) => void): () => void {
    for (const entry of this.entries.slice(after)) reader(entry)
    this.readers.add(reader)
    this.abandoned?.cancel()
    return () => {
      this.readers.delete(reader)
      if (this.readers.size === 0) this.await()
    }
  }

  /** Sends what the dialect has a frame for. @returns whether it has */
  send(event: RelayEvent): boolean {
    const text = this.dialect.encode(event)
    if (text !== undefined) this.sendText(text)
    return text !== undefined
  }

  /** Sends a frame as it is, be it right or wrong. */
  sendText(text: string): void {
    if (this.isOver) return
    this.socket.send(text)
    this.add('sent', text)
  }

  /** Ends it as a call ends. */
  close(): void {
    if (!this.isOver) this.socket.close(this.dialect.closeNormal)
    this.end('closed', 'by hand')
    this.abandoned?.cancel()
    this.options.over()
  }

  private opened(): void {
    const { sessionId, call, parameters } = this.options
    this.add('opened', this.options.url)
    this.send({ type: 'setup', sessionId, call, status: 'answered', parameters })
  }

  private received(data: Buffer, isBinary: boolean): void {
    const decoded = this.dialect.decode(data, isBinary)
    this.add('received', data.toString(), decoded.ok ? undefined : decoded.problem.problem)
    if (this.entries.length >= mostEntries) this.close()
  }

  private end(kind: 'failed' | 'closed', text: string): void {
    if (this.isOver) return
    this.isOver = true
    this.add(kind, text)
  }

  private add(kind: TalkEntry['kind'], text: string, problem?: string): void {
    const at = this.options.clock.now()
    const entry = { id: this.entries.length + 1, at, kind, text, ...(problem !== undefined && { problem }) }
    this.entries.push(entry)
    for (const reader of this.readers) reader(entry)
  }

  private await(): void {
    this.abandoned = this.options.clock.after(abandonedMs, () => this.close())
  }
}
