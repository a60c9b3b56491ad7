import type { FastifyInstance } from 'fastify'
import type { Clock } from '../base/clock.js'
import type { Calls, RandomBytes } from '../calls/index.js'
import type { AdminGuard } from '../server/index.js'
import type { IceServer } from '../webrtc/index.js'
import { Clients } from './clients.js'
import { Access } from './http/access.js'
import { readTexts } from './http/body.js'
import { callRoutes } from './http/call-routes.js'
import { clientRoutes } from './http/client-routes.js'
import { allowOtherSites } from './http/cors.js'
import type { EventStream } from './http/event-stream.js'
import { moduleRoute } from './http/module-route.js'
import { tokenRoutes } from './http/token-routes.js'
import { CallTokens } from './tokens/call-token.js'
import { WebCalls } from './web-calls.js'

export interface WebPhoneOptions {
  readonly clock: Clock
  readonly random: RandomBytes
  /** Signs call tokens. */
  readonly tokenKey: Buffer
  readonly iceServers: readonly IceServer[]
  /** The browser module as one file. */
  readonly moduleFile: string
}

/** Calls of browsers over HTTP. */
export class WebPhone {
  readonly clients: Clients
  private readonly streams = new Set<EventStream>()

  constructor(private readonly options: WebPhoneOptions) {
    this.clients = new Clients(options.random)
  }

  /** @param guard lets those pass who need no call token */
  async register(app: FastifyInstance, calls: Pick<Calls, 'fromBrowser'>, guard: AdminGuard): Promise<void> {
    const { clock, random, tokenKey, iceServers, moduleFile } = this.options
    const tokens = new CallTokens(tokenKey, () => clock.now())
    const { clients, streams } = this
    const context = {
      ...{ clock, tokens, guard, iceServers, calls, clients, streams },
      access: new Access(tokens, guard),
      webCalls: new WebCalls(random, clock),
    }
    await app.register(async (scope) => {
      allowOtherSites(scope)
      readTexts(scope)
      callRoutes(scope, context)
      clientRoutes(scope, context)
      tokenRoutes(scope, context)
      moduleRoute(scope, moduleFile)
    })
  }

  /** Ends what would keep the server from closing. */
  close(): void {
    for (const stream of [...this.streams]) stream.close()
  }
}
