import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { VendorSession } from './vendor-session.js'

/** An HTTP answer in place of an upgrade. */
export interface Refusal {
  readonly status: number
  readonly body: object | string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a client asked for in its handshake. */
export interface Handshake {
  readonly url: URL
  readonly headers: IncomingMessage['headers']
}

/** An HTTP request of a client. */
export interface HttpAsked extends Handshake {
  readonly method: string
  readonly body: string
}

/** One vendor's side of a socket, as its documents have it. */
export interface Protocol {
  /** The answer to a handshake that the vendor refuses. */
  admit(handshake: Handshake): Refusal | undefined
  /** What a text message says, where texts are not JSON. */
  parse?(text: string): Record<string, unknown>
  opened?(session: VendorSession): void
  /** The answer to an HTTP request beside the sockets. */
  answer?(request: HttpAsked): Refusal | Buffer
  received(session: VendorSession, message: Buffer | Record<string, unknown>): void
}

/** A vendor's WebSocket server on 127.0.0.1, with its troubles at a test's command. */
export class VendorServer {
  readonly sessions: VendorSession[] = []
  /** What clients did against the vendor's documents. */
  readonly violations: string[] = []
  private readonly http = createServer()
  private readonly sockets = new WebSocketServer({ noServer: true })
  private refusal: Refusal | undefined
  private gate: Promise<void> = Promise.resolve()

  private constructor(private readonly protocol: Protocol) {
    this.http.on('upgrade', (request, socket: Socket, head) => void this.upgrade(request, socket, head))
    this.http.on('request', (request, response) => void this.respond(request, response))
  }

  /** @param port where it listens; 0 takes a free one */
  static async start(protocol: Protocol, port = 0): Promise<VendorServer> {
    const server = new VendorServer(protocol)
    server.http.listen(port, '127.0.0.1')
    await once(server.http, 'listening')
    return server
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.http.address() as AddressInfo).port}`
  }

  /** Handshakes get this instead of what they ask for; undefined ends it. */
  refuse(refusal: Refusal | undefined): void {
    this.refusal = refusal
  }

  /** Handshakes wait until the function that is returned is called. */
  hold(): () => void {
    let release = () => {}
    this.gate = new Promise((resolve) => {
      release = resolve
    })
    return release
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.drop()
    this.http.closeAllConnections()
    this.http.close()
    await once(this.http, 'close')
  }

  private async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on('error', () => {})
    await this.gate
    const url = new URL(request.url ?? '/', this.url)
    const refusal = this.refusal ?? this.protocol.admit({ url, headers: request.headers })
    if (refusal) return answer(socket, refusal)
    this.sockets.handleUpgrade(request, socket, head, (peer: WebSocket) => {
      const session = new VendorSession(url, peer, (what) => this.violations.push(what))
      this.sessions.push(session)
      peer.on('message', (data: Buffer, binary) => {
        const message = binary || data.length === 0 ? Buffer.from(data) : this.parse(session, data.toString())
        if (message) this.protocol.received(session, session.take(message))
      })
      this.protocol.opened?.(session)
    })
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.gate
    let body = ''
    for await (const part of request) body += part
    const url = new URL(request.url ?? '/', this.url)
    const asked = { url, headers: request.headers, method: request.method ?? '', body }
    const answer = this.refusal ?? this.protocol.answer?.(asked) ?? { status: 404, body: 'not found' }
    if (Buffer.isBuffer(answer))
      return void response.writeHead(200, { 'content-type': audioType(answer) }).end(answer)
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(text)
  }

  private parse(session: VendorSession, text: string): Record<string, unknown> | undefined {
    return this.protocol.parse ? this.protocol.parse(text) : session.parse(text)
  }
}

function answer(socket: Socket, { status, body, headers = {} }: Refusal): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const fields = {
    'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
    ...headers,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${text}`)
}

/** The first parameter of a query that is not among those a vendor knows. */
export function unknownParameter(url: URL, known: readonly string[]): string | undefined {
  return [...url.searchParams.keys()].find((name) => !known.includes(name))
}

/** MP3 by its first sync word. */
function audioType(bytes: Buffer): string {
  return bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0 ? 'audio/mpeg' : 'application/octet-stream'
}
