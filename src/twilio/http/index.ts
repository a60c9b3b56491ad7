import type { FastifyInstance } from 'fastify'
import type { Log } from '../../base/log.js'
import { accountRoutes } from './account-routes.js'
import { activityRoutes } from './activity-routes.js'
import { answerAsTwilio } from './answers.js'
import { requireAccount } from './auth.js'
import { apiVersion } from './call-json.js'
import { callRoutes } from './call-routes.js'
import { conferenceRoutes } from './conference-routes.js'
import type { ApiContext } from './context.js'
import { readForms } from './form.js'
import { keyRoutes } from './key-routes.js'
import { logRoutes } from './log-routes.js'
import { participantRoutes } from './participant-routes.js'
import { queueRoutes } from './queue-routes.js'
import { recordingFiles, recordingRoutes } from './recording-routes.js'
import { transcriptionRoutes } from './transcription-routes.js'
import { voiceRoutes } from './voice-routes.js'

export type { ApiContext } from './context.js'

/** Puts the API under /2010-04-01. */
export async function registerApi(app: FastifyInstance, context: ApiContext, log: Log): Promise<void> {
  await app.register(
    async (api) => {
      answerAsTwilio(api, log)
      readForms(api)
      recordingFiles(api, context)
      await api.register(async (guarded) => {
        guarded.addHook('onRequest', requireAccount(context.account, context.keys))
        accountRoutes(guarded, context)
        await guarded.register(
          async (owned) => {
            callRoutes(owned, context)
            logRoutes(owned, context)
            recordingRoutes(owned, context)
            conferenceRoutes(owned, context)
            participantRoutes(owned, context)
            voiceRoutes(owned, context)
            activityRoutes(owned, context)
            transcriptionRoutes(owned, context)
            queueRoutes(owned, context)
            keyRoutes(owned, context)
          },
          { prefix: '/Accounts/:account' },
        )
      })
    },
    { prefix: `/${apiVersion}` },
  )
}
