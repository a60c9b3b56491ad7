import { type RawData, WebSocket } from 'ws'
import { messageOf } from '../../base/errors.js'
import {
  faultOfStatus,
  faultOfWords,
  retryAfter,
  tellsExpiry,
  VendorError,
  type VendorFault,
} from '../vendor-error.js'
import { shownUrl } from './urls.js'

/** What goes up or comes down: text, or binary. */
export type SocketMessage = string | Buffer

/** Where and how a vendor's socket is opened. */
export interface SocketAddress {
  /** Vendor's name, for messages. */
  readonly vendor: string
  /** ws:// or wss://. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly protocols?: readonly string[] | undefined
  /** ms until the upgrade must have succeeded. */
  readonly connectTimeoutMs: number
  /** Left out of messages. */
  readonly secrets?: readonly string[] | undefined
}

/** What happens on a vendor's socket: `opened`, messages, at last `closed` once; after `close` nothing. */
export interface SocketListener {
  opened(): void
  message(message: SocketMessage): void
  closed(error: VendorError): void
}

/** ms between pings, which keep proxies from taking a quiet connection for a dead one. */
const PING_MS = 20_000
/** How long a closing handshake may take, in ms, before the TCP connection is dropped. */
const CLOSE_GRACE_MS = 2_000
/** Bytes of the body of a refused upgrade that are read. */
const MOST_BODY = 4_096
/** Bytes a message may have. */
const MOST_MESSAGE = 16 * 1024 * 1024

/** A WebSocket to a vendor (RFC 6455 client). */
export class VendorSocket {
  private readonly socket: WebSocket | undefined
  private ping: NodeJS.Timeout | undefined
  private unanswered = 0
  private isOpen = false
  private over = false

  constructor(
    private readonly address: SocketAddress,
    private readonly listener: SocketListener,
  ) {
    try {
      this.socket = this.dial()
    } catch (thrown) {
      queueMicrotask(() => this.finish('request', messageOf(thrown)))
    }
  }

  get open(): boolean {
    return this.isOpen && !this.over
  }

  /** Bytes that were sent and have not left yet. */
  get buffered(): number {
    return this.socket?.bufferedAmount ?? 0
  }

  /** Sends where the socket is open; otherwise the message is lost. */
  send(message: SocketMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(message)
  }

  /** Closes; nothing is reported afterwards. */
  close(): void {
    if (this.over) return
    this.over = true
    clearInterval(this.ping)
    const { socket } = this
    if (!socket || !this.isOpen) return socket?.terminate()
    socket.close(1000)
    setTimeout(() => socket.terminate(), CLOSE_GRACE_MS).unref()
  }

  private dial(): WebSocket {
    const { url, headers, protocols, connectTimeoutMs } = this.address
    const socket = new WebSocket(url, [...(protocols ?? [])], {
      perMessageDeflate: false,
      handshakeTimeout: connectTimeoutMs,
      maxPayload: MOST_MESSAGE,
      headers: { 'user-agent': 'Parley', ...headers },
    })
    socket.on('open', () => this.opened())
    socket.on('message', (data, isBinary) => this.received(data, isBinary))
    socket.on('pong', () => {
      this.unanswered = 0
    })
    socket.on('unexpected-response', (request, response) => {
      const chunks: Buffer[] = []
      let size = 0
      const refused = () => {
        request.destroy()
        this.refused(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString('utf8'))
      }
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= MOST_BODY) chunks.push(chunk)
        else refused()
      })
      response.on('end', refused)
      response.on('error', refused)
    })
    // 'error' always precedes 'close', which reports the loss of an open socket.
    socket.on('error', (error) => {
      if (this.isOpen) return
      const timeout = /timed out/i.test(error.message)
      this.finish(timeout ? 'timeout' : 'connect', `${shownUrl(url)}: ${messageOf(error)}`)
    })
    socket.on('close', (code, bytes) => {
      const reason = bytes.toString()
      this.finish(tellsExpiry(reason) ? 'expired' : faultOfClose(code, reason), closing(code, reason))
    })
    return socket
  }

  private opened(): void {
    if (this.over) return
    this.isOpen = true
    this.ping = setInterval(() => this.beat(), PING_MS)
    this.ping.unref()
    this.listener.opened()
  }

  private beat(): void {
    if (this.unanswered >= 2) return this.socket?.terminate()
    this.unanswered++
    this.socket?.ping()
  }

  private received(data: RawData, isBinary: boolean): void {
    this.unanswered = 0
    if (this.over) return
    const bytes = data as Buffer
    this.listener.message(isBinary ? bytes : bytes.toString('utf8'))
  }

  private refused(
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: string,
  ): void {
    const detail = `${shownUrl(this.address.url)} answered ${status}${body ? `: ${body}` : ''}`
    const wait = headers['retry-after']
    this.finish(
      faultOfStatus(status),
      detail,
      status,
      retryAfter(typeof wait === 'string' ? wait : undefined),
    )
  }

  private finish(fault: VendorFault, detail: string, status?: number, retryAfterMs?: number): void {
    if (this.over) return
    this.over = true
    clearInterval(this.ping)
    const { vendor, secrets } = this.address
    this.listener.closed(new VendorError(vendor, fault, detail, { status, retryAfterMs, secrets }))
  }
}

/**
 * What a close code (RFC 6455 section 7.4) says of the reason. Some vendors close with one code whatever it is: then the
 * reason may begin with an HTTP status, as Rime's, or tell it in words, as ElevenLabs'.
 */
function faultOfClose(code: number, reason: string): VendorFault {
  const status = code === 1008 || code === 1011 ? /^\W*(?:HTTP )?([45]\d\d)\b/.exec(reason)?.[1] : undefined
  if (status) return faultOfStatus(Number(status))
  if (code === 1008) return faultOfWords(reason) ?? 'credentials'
  if (code === 1002 || code === 1003 || code === 1007) return 'request'
  if (code === 1011 || code === 1013) return 'server'
  return 'dropped'
}

function closing(code: number, reason: string): string {
  const words = code === 1006 ? 'the connection was lost' : `the socket was closed with ${code}`
  return reason ? `${words} (${reason})` : words
}
