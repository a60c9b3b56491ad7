import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Log } from '../../base/log.js'
import { answerAsTwilio, readForms } from '../../twilio/index.js'
import type { StudioContext } from './context.js'
import { executionRoutes } from './execution-routes.js'
import { flowRoutes } from './flow-routes.js'

/** Puts the API of flows under /v2/Flows. */
export async function registerStudioApi(
  app: FastifyInstance,
  context: StudioContext,
  admit: (request: FastifyRequest) => Promise<void>,
  log: Log,
): Promise<void> {
  await app.register(
    async (api) => {
      answerAsTwilio(api, log)
      readForms(api)
      api.addHook('onRequest', admit)
      flowRoutes(api, context)
      executionRoutes(api, context)
    },
    { prefix: '/v2/Flows' },
  )
}
