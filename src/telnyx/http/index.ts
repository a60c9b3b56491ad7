import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../base/clock.js'
import type { Log } from '../../base/log.js'
import type { WebhookRecords } from '../../store/index.js'
import type { CommandContext } from '../commands/index.js'
import type { PhoneNumbers } from '../resources/numbers.js'
import { type RecordingArchive, recordingsPath } from '../resources/recordings.js'
import type { IntegrationSecrets } from '../resources/secrets.js'
import { answerInEnvelope } from './answers.js'
import { applicationRoutes } from './application-routes.js'
import { requireKey } from './auth.js'
import { readJsonBodies } from './body.js'
import { callRoutes } from './call-routes.js'
import type { CommandLog } from './command-log.js'
import { deliveryRoutes } from './delivery-routes.js'
import { numberRoutes } from './number-routes.js'
import { type DescribedRoute, openApiDocument } from './openapi.js'
import { limitRate } from './rate-limit.js'
import { recordingFiles, recordingRoutes } from './recording-routes.js'
import { secretRoutes } from './secret-routes.js'

export { CommandLog } from './command-log.js'

export interface ApiParts {
  readonly apiKey: string
  readonly requestsPerMinute: number
  readonly version: string
  readonly clock: Clock
  readonly log: Log
  readonly context: CommandContext
  readonly commands: CommandLog
  readonly numbers: PhoneNumbers
  readonly secrets: IntegrationSecrets
  readonly archive: RecordingArchive
  readonly webhooks: Pick<WebhookRecords, 'list'>
}

/** Puts the API under /v2, and the files of recordings beside it. */
export async function registerApi(app: FastifyInstance, parts: ApiParts): Promise<void> {
  await app.register(
    async (files) => {
      answerInEnvelope(files, parts.log)
      recordingFiles(files, parts.archive)
    },
    { prefix: recordingsPath },
  )
  await app.register(
    async (v2) => {
      const routes: DescribedRoute[] = []
      answerInEnvelope(v2, parts.log, (path) => methodsOf(routes, path))
      readJsonBodies(v2)
      v2.addHook('onRoute', ({ method, routePath, config }) => {
        if (config?.api) routes.push({ method: String(method), url: routePath, api: config.api })
      })
      const summary = "Telnyx's Call Control, as OpenAPI 3.1"
      let document = ''
      v2.addHook('onReady', async () => {
        document = JSON.stringify(openApiDocument(routes, parts.version))
      })
      v2.get('/openapi.json', { config: { summary } }, async (_, reply) =>
        reply.type('application/json; charset=utf-8').send(document),
      )
      await v2.register((api) => guarded(api, parts))
    },
    { prefix: '/v2' },
  )
}

/** Methods of the routes that a path below /v2 fits. */
function methodsOf(routes: readonly DescribedRoute[], path: string): readonly string[] {
  const fits = ({ url }: DescribedRoute): boolean =>
    new RegExp(`^/v2${url.replace(/:\w+/g, '[^/]+')}/?$`).test(path)
  return routes.filter(fits).map(({ method }) => method)
}

async function guarded(api: FastifyInstance, parts: ApiParts): Promise<void> {
  const { context, numbers } = parts
  api.addHook('onRequest', requireKey(parts.apiKey))
  await limitRate(api, parts.requestsPerMinute)
  callRoutes(api, context, parts.commands)
  applicationRoutes(api, context.applications)
  numberRoutes(api, {
    numbers,
    applications: context.applications,
    uuid: context.uuid,
    now: () => parts.clock.now(),
  })
  secretRoutes(api, parts.secrets)
  recordingRoutes(api, parts.archive)
  deliveryRoutes(api, { webhooks: parts.webhooks, userId: context.userId })
}
