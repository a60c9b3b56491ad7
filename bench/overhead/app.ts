import { once } from 'node:events'
import { type WebSocket, WebSocketServer } from 'ws'
import { now } from '../clock.js'

/** What the app's side of a call waits for. */
interface Waiting {
  readonly type: string
  readonly resolve: (at: number) => void
}

/** ms between two tokens, as a language model streams them. */
const TOKEN_MS = 25

/** One session as the app sees it. */
export class AppSession {
  private waiting: Waiting | undefined
  private streaming: NodeJS.Timeout | undefined

  constructor(private readonly socket: WebSocket) {}

  /** When the next frame of a type comes in, in ms. */
  next(type: string): Promise<number> {
    return new Promise((resolve) => {
      this.waiting = { type, resolve }
    })
  }

  /**
   * Streams a reply, until it is interrupted.
   * @returns when the first token was sent, in ms
   */
  reply(tokens: readonly string[]): number {
    const frames = tokens.map((token, i) =>
      JSON.stringify({ type: 'text', token, last: i === tokens.length - 1 }),
    )
    let next = 1
    clearInterval(this.streaming)
    this.streaming = setInterval(() => {
      if (next < frames.length) this.socket.send(frames[next++]!)
      else clearInterval(this.streaming)
    }, TOKEN_MS)
    const at = now()
    this.socket.send(frames[0]!)
    return at
  }

  closed(): void {
    clearInterval(this.streaming)
  }

  received(type: string, at: number): void {
    if (type === 'interrupt') clearInterval(this.streaming)
    if (this.waiting?.type !== type) return
    const { resolve } = this.waiting
    this.waiting = undefined
    resolve(at)
  }
}

/** A ConversationRelay app (Twilio's dialect) whose sessions are found by the caller's number. */
export class App {
  private readonly sessions = new Map<string, AppSession>()
  private readonly expected = new Map<string, (session: AppSession) => void>()

  private constructor(
    private readonly server: WebSocketServer,
    readonly url: string,
  ) {
    server.on('connection', (socket) => this.connected(socket))
  }

  static async start(): Promise<App> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(server, 'listening')
    return new App(server, `ws://127.0.0.1:${(server.address() as { port: number }).port}/ws`)
  }

  /** The session of a caller, when it has sent its setup. */
  session(from: string): Promise<AppSession> {
    const known = this.sessions.get(from)
    if (known) return Promise.resolve(known)
    return new Promise((resolve) => this.expected.set(from, resolve))
  }

  close(): void {
    for (const socket of this.server.clients) socket.terminate()
    this.server.close()
  }

  private connected(socket: WebSocket): void {
    const session = new AppSession(socket)
    socket.on('message', (data) => {
      const at = now()
      const { type, from } = JSON.parse(data.toString()) as { type: string; from?: string }
      if (type !== 'setup' || from === undefined) return session.received(type, at)
      this.sessions.set(from, session)
      socket.on('close', () => {
        this.sessions.delete(from)
        session.closed()
      })
      this.expected.get(from)?.(session)
      this.expected.delete(from)
    })
    socket.on('error', () => {})
  }
}
