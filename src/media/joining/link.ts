import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { CodecName } from '../../audio/index.js'
import type { LegRate } from '../../session/index.js'
import { FrameRing } from './frame-ring.js'

/** What the ends of a link tell each other beside sound. */
export type LinkMessage =
  /** What this end can take. */
  | {
      readonly type: 'format'
      /** Hz of the frames it plays. */
      readonly rate: LegRate
      /** Codec whose payloads it would send on as they are. */
      readonly payloads: CodecName | undefined
      /** Whether its party takes keys as events. */
      readonly events: boolean
    }
  | { readonly type: 'digit'; readonly digit: string }

/** Hears the other end of a link. */
export interface LinkListener {
  message(message: LinkMessage): void
  /** The other end is gone; nothing follows. */
  closed(): void
}

/** One end of a link between two seats, or a seat and a conference, in one thread or in two. */
export interface LinkEnd {
  readonly incoming: FrameRing
  readonly outgoing: FrameRing
  /** What was told before is heard now. */
  listen(listener: LinkListener): void
  tell(message: LinkMessage): void
  /** The other end hears of it. */
  close(): void
}

/** What makes an end of a link, on its way into its thread; `port` has to be transferred. */
export interface LinkParts {
  readonly port: MessagePort
  readonly incoming: SharedArrayBuffer
  readonly outgoing: SharedArrayBuffer
}

/** The parts of a link between two threads. */
export function createLinkParts(): [LinkParts, LinkParts] {
  const { port1, port2 } = new MessageChannel()
  const [there, back] = [FrameRing.memory(), FrameRing.memory()]
  return [
    { port: port1, incoming: back, outgoing: there },
    { port: port2, incoming: there, outgoing: back },
  ]
}

/** An end whose other end is in another thread. */
export function joinParts({ port, incoming, outgoing }: LinkParts): LinkEnd {
  return {
    incoming: new FrameRing(incoming),
    outgoing: new FrameRing(outgoing),
    listen: (listener) => {
      port.on('message', (message: LinkMessage) => listener.message(message))
      port.on('close', () => listener.closed())
      port.unref()
    },
    tell: (message) => port.postMessage(message),
    close: () => port.close(),
  }
}

/** A link within this thread. What is told is heard at once. */
export function createLink(): [LinkEnd, LinkEnd] {
  const [there, back] = [FrameRing.memory(), FrameRing.memory()]
  const left = new LocalEnd(new FrameRing(back), new FrameRing(there))
  const right = new LocalEnd(new FrameRing(there), new FrameRing(back))
  left.other = right
  right.other = left
  return [left, right]
}

class LocalEnd implements LinkEnd {
  other!: LocalEnd
  private listener: LinkListener | undefined
  private waiting: LinkMessage[] = []
  private closed = false

  constructor(
    readonly incoming: FrameRing,
    readonly outgoing: FrameRing,
  ) {}

  listen(listener: LinkListener): void {
    this.listener = listener
    for (const message of this.waiting) listener.message(message)
    this.waiting = []
    if (this.closed) listener.closed()
  }

  tell(message: LinkMessage): void {
    const { other } = this
    if (this.closed) return
    if (other.listener) other.listener.message(message)
    else other.waiting.push(message)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.other.gone()
  }

  private gone(): void {
    if (this.closed) return
    this.closed = true
    this.listener?.closed()
  }
}
