import type { FastifyInstance } from 'fastify'
import type { ConferenceRecord } from '../../store/index.js'
import { timestamp } from '../../twiml/index.js'
import { conferenceRecord } from '../resources/conferences.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare } from './auth.js'
import { apiVersion } from './call-json.js'
import { dateRange } from './call-search.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'
import { legacyPage, pageWish } from './page.js'
import { queryOf } from './query.js'

interface ById {
  readonly Params: { readonly account: string; readonly sid: string }
}

/** Conferences that documents and the API made, live and past. */
export function conferenceRoutes(app: FastifyInstance, context: ApiContext): void {
  const { account, conferences, store } = context
  const base = `/${apiVersion}/Accounts/${account.sid}/Conferences`
  const json = (conference: ConferenceRecord): object => conferenceJson(conference, account.sid, base)
  const one = async (named: string, url: string): Promise<ConferenceRecord> => {
    const name = bare(named)
    const live = conferences.get(name)
    if (live) return conferenceRecord(live)
    const [past] = await store.conferences.search({ sid: name, limit: 1 })
    return past ?? Promise.reject(notFound(url))
  }

  app.get('/Conferences.json', async ({ url }) => {
    const query = queryOf(url)
    const form = new Form(query)
    const { page, size } = pageWish(query)
    const [createdFrom, createdBefore] = dateRange(form, 'DateCreated')
    const [updatedFrom, updatedBefore] = dateRange(form, 'DateUpdated')
    const found = await store.conferences.search({
      name: form.text('FriendlyName'),
      // Twilio's default since 30 September 2026.
      status: form.one('Status', ['init', 'in-progress', 'completed']) ?? 'in-progress',
      ...{ createdFrom, createdBefore, updatedFrom, updatedBefore },
      limit: size + 1,
      offset: page * size,
    })
    const items = found.slice(0, size).map(json)
    return legacyPage(`${base}.json`, query, 'conferences', { items, more: found.length > size })
  })
  app.get<ById>('/Conferences/:sid', async ({ params, url }) => json(await one(params.sid, url)))
  app.post<ById>('/Conferences/:sid', async ({ params, url, body }) => {
    const { sid } = await one(params.sid, url)
    const room = conferences.get(sid)
    const form = Form.of(body)
    const status = form.one('Status', ['completed'])
    const announce = form.url('AnnounceUrl')
    if (announce !== undefined) {
      if (!room) refuse(21220, 'The conference is over')
      room.announce(announce, form.method('AnnounceMethod') ?? 'POST')
    }
    if (status) room?.end()
    return json(room ? conferenceRecord(room) : await one(sid, url))
  })
}

function conferenceJson(conference: ConferenceRecord, accountSid: string, base: string): object {
  const { sid, name, status, createdAt, updatedAt, endReason, endedBy } = conference
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    call_sid_ending_conference: endedBy,
    date_created: timestamp(createdAt),
    date_updated: timestamp(updatedAt),
    friendly_name: name,
    reason_conference_ended: endReason,
    region: 'parley',
    sid,
    status,
    subresource_uris: {
      participants: `${base}/${sid}/Participants.json`,
      recordings: `${base}/${sid}/Recordings.json`,
    },
    uri: `${base}/${sid}.json`,
  }
}
