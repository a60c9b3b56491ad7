import type { SipMessage } from '../message.js'
import { SipParseError } from '../parse-error.js'
import { defaultMaxHeadBytes, parseMessage } from '../parse-message.js'

/** What a framer finds in a stream. */
export interface FramerSink {
  /** One whole message, valid. */
  message(message: SipMessage): void
  /** One whole message that does not parse; the stream goes on. */
  malformed(error: SipParseError): void
  /** Where the next message starts cannot be known: the connection must be closed. Nothing follows. */
  broken(error: SipParseError): void
  /** A double CRLF between messages, to be answered with one CRLF (RFC 5626 §3.5.1). */
  ping(): void
}

/** Limits of a framer. */
export interface FramerLimits {
  /** Bytes of start line and headers; default 16,384. */
  readonly maxHeadBytes?: number
  /** Bytes of a body; default 65,536. */
  readonly maxBodyBytes?: number
}

const initialBytes = 4096
const crlf = '\r\n'
const headEnd = '\r\n\r\n'

/**
 * Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3). A missing Content-Length reads as 0 when
 * there is no Content-Type either: some senders leave it out of messages without body.
 */
export class StreamFramer {
  private readonly maxHead: number
  private readonly maxBody: number
  private bytes = Buffer.alloc(initialBytes)
  /** What is still to be read lies between these two. */
  private start = 0
  private end = 0
  /** Bytes from `start` on that hold no end of head. */
  private scanned = 0
  /** Whole length of the message at the front, once its head is known. */
  private expected: number | undefined
  private closed = false

  constructor(
    private readonly sink: FramerSink,
    limits: FramerLimits = {},
  ) {
    this.maxHead = limits.maxHeadBytes ?? defaultMaxHeadBytes
    this.maxBody = limits.maxBodyBytes ?? 65_536
  }

  /** Takes bytes as they came; reports what they complete. */
  push(chunk: Buffer): void {
    if (this.closed) return
    this.keep(chunk)
    while (!this.closed && this.takeOne()) {}
  }

  /** Whether the stream stands in the middle of a message. */
  get pending(): boolean {
    return this.end > this.start
  }

  private takeOne(): boolean {
    if (this.expected === undefined) {
      if (this.skipLineBreaks()) return true
      const unread = this.unread
      const end = unread.indexOf(headEnd, this.scanned)
      if ((end < 0 ? unread.length : end) > this.maxHead)
        return this.fail(new SipParseError('Headers are too long', 513))
      this.scanned = Math.max(0, unread.length - 3)
      if (end < 0) return false
      this.expected = this.lengthOf(end)
    }
    if (this.expected === undefined || this.unread.length < this.expected) return false
    const whole = Buffer.from(this.unread.subarray(0, this.expected))
    this.drop(this.expected)
    this.deliver(whole)
    return true
  }

  /** Between messages: consumes keep-alives and stray line breaks. True when there was one. */
  private skipLineBreaks(): boolean {
    const front = this.bytes.toString('latin1', this.start, Math.min(this.start + 4, this.end))
    if (front === headEnd) {
      this.drop(4)
      this.sink.ping()
      return true
    }
    // One CRLF may be the first half of a ping: the next bytes tell.
    if (!front.startsWith(crlf) || headEnd.startsWith(front)) return false
    this.drop(2)
    return true
  }

  /** Length of the message whose head ends at `end`; undefined, and the stream broken, when it cannot be known. */
  private lengthOf(end: number): number | undefined {
    const head = this.unread.toString('utf8', 0, end).replace(/\r\n[ \t]+/g, ' ')
    const lengths = [...head.matchAll(/^(?:content-length|l)[ \t]*:(.*)$/gim)].map(
      (match) => match[1]?.trim() ?? '',
    )
    const typed = /^(?:content-type|c)[ \t]*:/im.test(head)
    const [length = '0'] = lengths
    const whole = end + headEnd.length + Number(length)
    if (lengths.length > 1 || !/^\d{1,9}$/.test(length) || (lengths.length === 0 && typed)) {
      this.breakAt(end, 'Content-Length is missing or not valid', 400)
    } else if (Number(length) > this.maxBody) {
      this.breakAt(end, `Body is longer than ${this.maxBody} bytes`, 513)
    } else {
      return whole
    }
    return undefined
  }

  /** Gives up with an error that carries the request, so that it can be answered. */
  private breakAt(end: number, detail: string, status: number): void {
    const error = new SipParseError(detail, status)
    try {
      const head = Buffer.from(this.unread.subarray(0, end + headEnd.length))
      const message = parseMessage(head, { framing: 'datagram', maxHeadBytes: this.maxHead })
      if (message.kind === 'request' && message.method !== 'ACK') error.request = message
    } catch (cause) {
      if (!(cause instanceof SipParseError)) throw cause
      error.request = cause.request
    }
    this.fail(error)
  }

  private fail(error: SipParseError): false {
    this.closed = true
    this.bytes = Buffer.alloc(0)
    this.start = 0
    this.end = 0
    this.sink.broken(error)
    return false
  }

  private deliver(whole: Buffer): void {
    let message: SipMessage
    try {
      message = parseMessage(whole, { framing: 'stream', maxHeadBytes: this.maxHead })
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error
      this.sink.malformed(error)
      return
    }
    this.sink.message(message)
  }

  private get unread(): Buffer {
    return this.bytes.subarray(this.start, this.end)
  }

  private keep(chunk: Buffer): void {
    if (this.end + chunk.length > this.bytes.length) {
      const unread = this.unread
      const needed = unread.length + chunk.length
      const roomy = Buffer.alloc(Math.max(initialBytes, needed * 2))
      unread.copy(roomy)
      this.bytes = roomy
      this.end -= this.start
      this.start = 0
    }
    chunk.copy(this.bytes, this.end)
    this.end += chunk.length
  }

  private drop(count: number): void {
    this.start += count
    if (this.start === this.end) this.start = this.end = 0
    this.scanned = 0
    this.expected = undefined
  }
}
