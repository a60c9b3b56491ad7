import type { FastifyInstance } from 'fastify'
import { timestamp } from '../../twiml/index.js'
import { notFound } from './answers.js'
import { bare } from './auth.js'
import { apiVersion } from './call-json.js'
import type { ApiContext } from './context.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { queryOf } from './query.js'

/** The account: this node has one. */
export function accountRoutes(app: FastifyInstance, { account, clock }: ApiContext): void {
  const started = timestamp(clock.now())
  const uri = `/${apiVersion}/Accounts/${account.sid}`
  const shown = {
    auth_token: account.authToken,
    date_created: started,
    date_updated: started,
    friendly_name: 'Parley',
    owner_account_sid: account.sid,
    sid: account.sid,
    status: 'active',
    subresource_uris: {
      applications: `${uri}/Applications.json`,
      calls: `${uri}/Calls.json`,
      conferences: `${uri}/Conferences.json`,
      incoming_phone_numbers: `${uri}/IncomingPhoneNumbers.json`,
      notifications: `${uri}/Notifications.json`,
      recordings: `${uri}/Recordings.json`,
    },
    type: 'Full',
    uri: `${uri}.json`,
  }
  app.get('/Accounts.json', async ({ url }) => {
    const query = queryOf(url)
    return legacyPage(`/${apiVersion}/Accounts.json`, query, 'accounts', sliceOf([shown], pageWish(query)))
  })
  app.get<{ Params: { sid: string } }>('/Accounts/:sid', async ({ params, url }) => {
    if (bare(params.sid) !== account.sid) throw notFound(url)
    return shown
  })
}
