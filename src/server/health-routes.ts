import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.js'
import type { ReadinessReport } from './readiness.js'

/** What an orchestrator and a Prometheus ask for. */
export function healthRoutes(app: FastifyInstance, readiness: () => ReadinessReport, metrics: Metrics): void {
  app.get('/healthz', { config: { summary: 'Whether the process is alive' } }, async () => ({ status: 'ok' }))

  app.get('/readyz', { config: { summary: 'Whether new calls are welcome' } }, async (_, reply) => {
    const report = readiness()
    return reply.status(report.ready ? 200 : 503).send(report)
  })

  app.get('/metrics', { config: { summary: 'Prometheus metrics' } }, async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
}
