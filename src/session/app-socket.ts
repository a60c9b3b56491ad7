import { createHmac } from 'node:crypto'
import { WebSocket } from 'ws'
import { messageOf } from '../base/errors.js'
import { type HostMap, mapHost } from '../base/host-map.js'
import type { SocketClose } from '../protocol/index.js'

/** Where and how to dial the app. */
export interface AppAddress {
  /** ws:// or wss://, exactly as configured: the signature is over this string. */
  readonly url: string
  /** Signs the handshake as Twilio does, when given. */
  readonly authToken?: string | undefined
  /** Further headers of the handshake. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** ms until the upgrade must have succeeded. */
  readonly connectTimeoutMs: number
  /** ms between pings; two without a pong lose the socket. 0 turns pings off. */
  readonly pingIntervalMs: number
  /** Bytes a message may have before the socket itself is closed with 1009. */
  readonly maxMessageBytes: number
}

/** What happens on the app's socket. Either `failed`, or `opened` and at last `closed`. */
export interface AppSocketListener {
  opened(): void
  /** One message; `isBinary` tells a binary one, which the protocol has no use for. */
  message(data: Buffer, isBinary: boolean): void
  /** A pong came back: the round trip in ms. */
  roundTrip(ms: number): void
  closed(code: number, reason: string): void
  failed(detail: string): void
}

/** An app's socket, dialled by the relay. After `close` nothing is reported. */
export interface AppSocket {
  /** Bytes sent that the network has not taken yet. */
  readonly buffered: number
  send(text: string): void
  close(how: SocketClose): void
}

export type DialApp = (address: AppAddress, listener: AppSocketListener) => AppSocket

/** How long a closing handshake may take, in ms, before the TCP connection is dropped. */
const CLOSE_GRACE_MS = 2_000

/** Dials apps where the host map says they are; what is signed, and the Host header, stay as the app knows them. */
export function dialAppThrough(hosts: HostMap): DialApp {
  return (address, listener) => {
    if (!URL.canParse(address.url)) return dialApp(address, listener)
    const { url, host } = mapHost(address.url, hosts)
    if (host === undefined) return dialApp(address, listener)
    const headers = { host, ...signatureHeaders(address), ...address.headers }
    return dialApp({ ...address, url: url.href, authToken: undefined, headers }, listener)
  }
}

/** Dials the app's WebSocket server (RFC 6455 client; no subprotocol, no compression). */
export const dialApp: DialApp = (address, listener) => {
  let opened = false
  let over = false
  let pingTimer: NodeJS.Timeout | undefined
  let pingSentAt = 0
  let unanswered = 0
  /** Why this end gave the socket up, where it did: the close code then says nothing. */
  let givenUp = ''

  const finish = (report: () => void) => {
    if (over) return
    over = true
    clearInterval(pingTimer)
    report()
  }

  let socket: WebSocket
  try {
    socket = new WebSocket(address.url, {
      perMessageDeflate: false,
      handshakeTimeout: address.connectTimeoutMs,
      maxPayload: address.maxMessageBytes,
      headers: { 'user-agent': 'Parley', ...signatureHeaders(address), ...address.headers },
    })
  } catch (thrown) {
    queueMicrotask(() => finish(() => listener.failed(messageOf(thrown))))
    return { buffered: 0, send() {}, close() {} }
  }

  const ping = () => {
    if (unanswered >= 2) {
      givenUp = 'two pings without an answer'
      return socket.terminate()
    }
    unanswered++
    pingSentAt = performance.now()
    socket.ping()
  }

  socket.on('open', () => {
    if (over) return
    opened = true
    listener.opened()
    if (address.pingIntervalMs > 0 && !over) {
      ping()
      pingTimer = setInterval(ping, address.pingIntervalMs)
      pingTimer.unref()
    }
  })
  socket.on('pong', () => {
    if (!over && unanswered > 0) listener.roundTrip(performance.now() - pingSentAt)
    unanswered = 0
  })
  socket.on('message', (data, isBinary) => {
    if (!over) listener.message(data as Buffer, isBinary)
  })
  // 'error' always precedes 'close', which reports; before the upgrade it carries the reason.
  socket.on('error', (error) => {
    givenUp = messageOf(error)
    if (!opened) finish(() => listener.failed(givenUp))
  })
  socket.on('close', (code, reason) => {
    const why = reason.toString() || givenUp
    finish(() => (opened ? listener.closed(code, why) : listener.failed(`closed with ${code}`)))
  })

  return {
    get buffered() {
      return socket.bufferedAmount
    },
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close({ code, reason }) {
      over = true
      clearInterval(pingTimer)
      if (!opened) return socket.terminate()
      socket.close(code, reason)
      setTimeout(() => socket.terminate(), CLOSE_GRACE_MS).unref()
    },
  }
}

/** Twilio's signature of a WebSocket handshake: HMAC-SHA1 over the literal URL, no parameters. */
function signatureHeaders({ url, authToken }: AppAddress): Record<string, string> {
  if (!authToken) return {}
  const signature = createHmac('sha1', authToken).update(url).digest('base64')
  return {
    'X-Twilio-Signature': signature,
    'x-amzn-bedrock-agentcore-runtime-custom-twilio-signature': signature,
  }
}
