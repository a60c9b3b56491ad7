import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import twilio from 'twilio'

/** A request to the app, whose signature the SDK's middleware has found good. */
export interface Asked {
  readonly path: string
  readonly body: Record<string, string>
  readonly headers: Record<string, unknown>
}

/** An app as the vendor's samples are: Express, with the SDK's middleware in front of everything. */
export class ExpressApp {
  readonly asked: Asked[] = []
  /** By path: TwiML, or a function that makes it. */
  readonly pages: Record<string, string | ((body: Record<string, string>) => string)> = {}

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(authToken: string, options: { protocol?: string } = {}): Promise<ExpressApp> {
    const web = express()
    const asked = (app: ExpressApp) => app.asked
    web.use(express.urlencoded({ extended: false }))
    web.use(twilio.webhook(authToken, options))
    const server = web.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const app = new ExpressApp(server, (server.address() as AddressInfo).port)
    web.use((request, response) => {
      const body = { ...request.query, ...request.body } as Record<string, string>
      asked(app).push({ path: request.path, body, headers: request.headers })
      const page = app.pages[request.path]
      if (page === undefined) return void response.sendStatus(204)
      response.type('text/xml').send(typeof page === 'function' ? page(body) : page)
    })
    return app
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  of(path: string): Asked[] {
    return this.asked.filter((one) => one.path === path)
  }

  stop(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }
}
