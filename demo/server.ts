import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { Conversation } from './conversation.js'
import { readFrame } from './frames.js'
import { modelFromEnv } from './model.js'

export interface DemoOptions {
  /** 0 takes any free port. Default 9000. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  readonly log?: (message: string, details?: Record<string, unknown>) => void
  /** Read for OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL. Default: nothing, so that the script answers. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Resolves after `ms`, or rejects when `signal` aborts. Default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Pause between the words of a scripted reply, in ms. Default 15. */
  readonly tokenDelayMs?: number
  /** Day of the week, 0 (Sunday) to 6. Default: the machine's. */
  readonly today?: () => number
}

export interface Demo {
  /** Address for a route's `url`. */
  readonly url: string
  readonly port: number
  /** Closes every call's socket, then the server. */
  close(): Promise<void>
}

/**
 * Starts a ConversationRelay app: a WebSocket server at `/ws` for either dialect.
 * @throws Error when the port cannot be bound
 */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const { port = 9000, host = '127.0.0.1', log = () => undefined } = options
  const model = modelFromEnv(options.env ?? {})
  const http = createServer((request, response) => {
    const known = request.url === '/' || request.url === '/healthz'
    response.writeHead(known ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' })
    response.end(known ? 'Parley demo: connect a ConversationRelay session to /ws\n' : 'Not found\n')
  })
  const sockets = new WebSocketServer({ server: http, path: '/ws', maxPayload: 256 * 1024 })
  sockets.on('connection', (socket) => {
    converse(
      socket,
      (send) => {
        const wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }))
        const today = options.today ?? (() => new Date().getDay())
        return new Conversation({ send, log, wait, today, model, tokenDelayMs: options.tokenDelayMs ?? 15 })
      },
      log,
    )
  })
  await new Promise<void>((resolve, reject) => {
    // ws repeats the server's errors; without a listener of its own they would end the process.
    sockets.once('error', reject)
    http.listen(port, host, () => {
      sockets.off('error', reject)
      sockets.on('error', (error) => log('server error', { error: error.message }))
      resolve()
    })
  })
  const bound = (http.address() as AddressInfo).port
  return {
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${bound}/ws`,
    port: bound,
    async close() {
      for (const socket of sockets.clients) socket.close(1001, 'The app is shutting down')
      sockets.close()
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      const patience = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
      }, 1000)
      await closed
      clearTimeout(patience)
    },
  }
}

function converse(
  socket: WebSocket,
  open: (send: (frame: object) => void) => Conversation,
  log: NonNullable<DemoOptions['log']>,
): void {
  const conversation = open((frame) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
  })
  socket.on('message', (data, binary) => {
    const frame = binary ? undefined : readFrame(String(data))
    if (frame) conversation.receive(frame)
    else log('a frame that is not understood', { frame: String(data).slice(0, 200) })
  })
  socket.on('error', (error) => log('socket error', { error: error.message }))
  socket.on('close', (code) => {
    conversation.close()
    log('call over', { code })
  })
}
