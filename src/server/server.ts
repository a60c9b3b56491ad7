import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { systemClock } from '../base/clock.js'
import { messageOf, ParleyError } from '../base/errors.js'
import type { Log } from '../base/log.js'
import { type AdminGuard, adminGuard } from './admin-guard.js'
import { AdminSessions } from './admin-sessions.js'
import { type CallRecords, callRoutes } from './call-routes.js'
import { healthRoutes } from './health-routes.js'
import { type Endpoint, landingHtml, landingText } from './landing.js'
import type { Metrics } from './metrics.js'
import { answerMalformed, answerWithProblems } from './problem.js'
import type { ReadinessReport } from './readiness.js'
import { signInRoutes } from './sign-in-routes.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** One line for the landing page; a route without it is not listed. */
    summary?: string
  }
}

export interface ServerOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly version: string
  readonly log: Log
  readonly metrics: Metrics
  readonly readiness: () => ReadinessReport
  /** The AsyncAPI document of both dialects. */
  readonly asyncApi: () => object
  readonly records: CallRecords
  /** What a platform's API answers to a URL that cannot be read; undefined for URLs that are not its own. */
  readonly malformed?: ((url: string) => object | undefined) | undefined
  /** Opens the records of calls to whoever signs in with it, or sends it as Bearer token. */
  readonly adminKey?: string | undefined
  /** What browsers get at `/` in place of the list of addresses. */
  readonly home?: ((reply: FastifyReply) => FastifyReply) | undefined
}

/** The node's HTTP server. */
export interface ParleyServer {
  /** For other rooms' routes, before `listen`. */
  readonly app: FastifyInstance
  /** For other rooms' routes that show records of calls. */
  readonly guard: AdminGuard
  /** Resolves with the address bound. @throws ParleyError `http_listen_failed` */
  listen(): Promise<{ readonly host: string; readonly port: number; readonly url: string }>
  /** Refuses new connections, lets requests in progress finish. */
  close(): Promise<void>
}

/** Builds the server; nothing is bound before `listen`. */
export function createServer(options: ServerOptions): ParleyServer {
  const { host, port, log } = options
  const app = Fastify({
    logger: false,
    forceCloseConnections: 'idle',
    // Identifiers of the platforms' are longer than what is usual.
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (error, { url }, reply) => answerMalformed(reply, error, options.malformed?.(url)),
  })
  const endpoints: Endpoint[] = []
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.summary && method !== 'HEAD')
      endpoints.push({ method: String(method), url, summary: config.summary })
  })
  app.addHook('onResponse', async ({ method, url }, { statusCode, elapsedTime }) =>
    log.debug({ method, url, status: statusCode, ms: Math.round(elapsedTime) }, 'HTTP request'),
  )
  answerWithProblems(app, log)
  healthRoutes(app, options.readiness, options.metrics)
  app.get('/asyncapi.json', { config: { summary: 'The WebSocket protocol, as AsyncAPI 3' } }, async () =>
    options.asyncApi(),
  )
  const { adminKey, home } = options
  const sessions = new AdminSessions({
    clock: systemClock,
    random: () => randomBytes(32).toString('base64url'),
  })
  const guard = adminGuard(adminKey, sessions)
  signInRoutes(app, { guard, sessions, adminKey })
  callRoutes(app, options.records, guard)
  app.get('/', async (request, reply) => {
    const html = request.headers.accept?.includes('text/html') ?? false
    if (html && home) return home(reply)
    const page = html ? landingHtml(options.version, endpoints) : landingText(options.version, endpoints)
    return reply.type(html ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8').send(page)
  })

  return {
    app,
    guard,
    async listen() {
      try {
        await app.listen({ host, port })
      } catch (error) {
        throw new ParleyError(
          'http_listen_failed',
          `HTTP cannot listen on ${host}:${port}: ${messageOf(error)}.`,
        )
      }
      const bound = app.server.address() as AddressInfo
      const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
      return { host: bound.address, port: bound.port, url: `http://${name}:${bound.port}` }
    },
    close: () => app.close(),
  }
}
