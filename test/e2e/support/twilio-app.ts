import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import twilio from 'twilio'
import { WebSocketServer } from 'ws'
import { AppConnection } from './app.js'
import { until } from './wait.js'

/** A webhook as it came, its signature found good by the SDK's middleware. */
export interface TwilioWebhook {
  readonly path: string
  readonly body: Record<string, string>
}

/**
 * A Twilio app as the samples have it: Express behind a proxy that speaks https, the SDK's middleware in front of all
 * pages, and a WebSocket whose handshake is validated.
 */
export class TwilioApp {
  readonly webhooks: TwilioWebhook[] = []
  readonly connections: AppConnection[] = []
  /** Webhooks and handshakes that had no signature, or one that was not good. */
  readonly refused: string[] = []
  private constructor(private readonly server: Server) {}

  /** @param origin under which the world knows it, https */
  static async start(
    origin: string,
    authToken: string,
    pages: Readonly<Record<string, (body: Record<string, string>) => string>>,
  ): Promise<TwilioApp> {
    const web = express()
    const server = createServer(web)
    const app = new TwilioApp(server)
    web.use(express.urlencoded({ extended: false }))
    web.use(({ path }, response, next) => {
      response.on('finish', () => {
        if (response.statusCode >= 400) app.refused.push(`${path} ${response.statusCode}`)
      })
      next()
    })
    web.use(twilio.webhook(authToken, { protocol: 'https' }))
    web.use((request, response) => {
      const { path } = request
      const body = { ...request.query, ...request.body }
      app.webhooks.push({ path, body })
      const page = pages[path]
      if (page) response.type('text/xml').send(page(body))
      else response.sendStatus(204)
    })
    const sockets = new WebSocketServer({
      server,
      verifyClient: ({ req }: { req: { url?: string; headers: NodeJS.Dict<string | string[]> } }) => {
        const url = `${origin.replace('https:', 'wss:')}${req.url}`
        const good = twilio.validateRequest(authToken, String(req.headers['x-twilio-signature']), url, {})
        if (!good) app.refused.push(url)
        return good
      },
    })
    sockets.on('connection', (socket, { headers }) => {
      app.connections.push(new AppConnection(socket, headers, () => {}))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return app
  }

  /** The bodies of all requests for a page, in the order they came. */
  told(path: string): Record<string, string>[] {
    return this.webhooks.filter((one) => one.path === path).map(({ body }) => body)
  }

  /** A test that is run again is not to find what the first attempt was told. */
  forget(...paths: string[]): void {
    const kept = this.webhooks.filter(({ path }) => !paths.includes(path))
    this.webhooks.splice(0, this.webhooks.length, ...kept)
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async webhook(path: string, fits: (body: Record<string, string>) => boolean = () => true) {
    const find = () => this.webhooks.find((one) => one.path === path && fits(one.body))
    await until(() => find() !== undefined, `a request for ${path}`, 30_000)
    return find()!.body
  }

  async connection(nth = 0): Promise<AppConnection> {
    await until(() => this.connections.length > nth, `connection ${nth} to the app`, 20_000)
    return this.connections[nth]!
  }

  async stop(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
