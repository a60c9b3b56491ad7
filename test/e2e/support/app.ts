import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { until } from './wait.js'

/** A frame as it came, with when. */
export interface Received {
  readonly at: number
  readonly frame: Record<string, unknown> & { type: string }
}

/** One connection of the relay's to the app. */
export class AppConnection {
  readonly received: Received[] = []
  closed: { code: number; reason: string; at: number } | undefined

  constructor(
    readonly socket: WebSocket,
    readonly headers: NodeJS.Dict<string | string[]>,
    onFrame: (frame: Received['frame'], connection: AppConnection) => void,
  ) {
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString())
      this.received.push({ at: Date.now(), frame })
      onFrame(frame, this)
    })
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString(), at: Date.now() }
    })
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame))
  }

  frames(type: string): Received['frame'][] {
    return this.received.filter(({ frame }) => frame.type === type).map(({ frame }) => frame)
  }

  /** Waits for a frame of a type, the `nth` of its kind, that fits. */
  async frame(
    type: string,
    fits: (frame: Received['frame']) => boolean = () => true,
    ms = 20_000,
  ): Promise<Received> {
    const find = () => this.received.find(({ frame }) => frame.type === type && fits(frame))
    await until(
      () => find() !== undefined,
      `a fitting ${type} frame; got ${JSON.stringify(this.received.map((r) => r.frame))}`,
      ms,
    )
    return find()!
  }

  async closure(ms = 20_000) {
    await until(() => this.closed !== undefined, 'the socket to close', ms)
    return this.closed!
  }
}

/** A ConversationRelay app under the test's control. */
export class TestApp {
  readonly connections: AppConnection[] = []
  onFrame: (frame: Received['frame'], connection: AppConnection) => void = () => {}
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<TestApp> {
    const server = createServer()
    const sockets = new WebSocketServer({ server })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const app = new TestApp(server, `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`)
    sockets.on('connection', (socket, request) => {
      app.connections.push(new AppConnection(socket, request.headers, (frame, c) => app.onFrame(frame, c)))
    })
    return app
  }

  /** The `nth` connection, waiting for it. */
  async connection(nth = 0, ms = 20_000): Promise<AppConnection> {
    await until(() => this.connections.length > nth, `connection ${nth} to the app`, ms)
    return this.connections[nth]!
  }

  /** Ends what is left of a test, for the next. */
  forget(): void {
    for (const { socket } of this.connections.splice(0)) socket.terminate()
    this.onFrame = () => {}
  }

  async stop(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
