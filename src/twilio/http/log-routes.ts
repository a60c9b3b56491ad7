import type { FastifyInstance } from 'fastify'
import type { CallLogEntry } from '../../store/index.js'
import { timestamp } from '../../twiml/index.js'
import type { LoggedNotice, LoggedRequest } from '../call/call-log.js'
import { notFound } from './answers.js'
import { bare } from './auth.js'
import { apiVersion } from './call-json.js'
import { recordOf } from './call-routes.js'
import { dateRange } from './call-search.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { queryOf } from './query.js'

interface OfCall {
  readonly Params: { readonly account: string; readonly sid: string }
}
interface OfNotice {
  readonly Params: OfCall['Params'] & { readonly notice: string }
}

/** Twilio's numbers. */
const logLevels = { error: '0', warning: '1' } as const

/** Entries that are looked through for those of a level. */
const mostSifted = 10_000

/** What went on between a call and its app: requests as Events, errors and warnings as Notifications. */
export function logRoutes(app: FastifyInstance, context: ApiContext): void {
  const { account, store } = context
  const base = `/${apiVersion}/Accounts/${account.sid}`
  const page = async (
    callSid: string | undefined,
    kind: CallLogEntry['kind'],
    url: string,
    key: string,
    shown: (entry: CallLogEntry) => object,
  ): Promise<object> => {
    const query = queryOf(url)
    const form = new Form(query)
    const [createdFrom, createdBefore] = dateRange(form, 'MessageDate')
    const level = form.one('Log', ['0', '1'])
    const search = { callSid, kind, createdFrom, createdBefore }
    const wish = pageWish(query)
    if (level !== undefined) {
      const all = await store.callLog.list({ ...search, limit: mostSifted })
      const { items, more } = sliceOf(all.filter(isOfLevel(level)), wish)
      return legacyPage(url.split('?')[0]!, query, key, { items: items.map(shown), more })
    }
    const { page, size } = wish
    const found = await store.callLog.list({ ...search, limit: size + 1, offset: page * size })
    const items = found.slice(0, size).map(shown)
    return legacyPage(url.split('?')[0]!, query, key, { items, more: found.length > size })
  }
  const notification = (entry: CallLogEntry, whole: boolean): object =>
    notificationJson(entry, account.sid, base, whole)

  app.get<OfCall>('/Calls/:sid/Events.json', async (request) => {
    const { callSid } = await recordOf(request, context)
    return page(callSid, 'request', request.url, 'events', eventJson)
  })
  app.get<OfCall>('/Calls/:sid/Notifications.json', async (request) => {
    const { callSid } = await recordOf(request, context)
    return page(callSid, 'notice', request.url, 'notifications', (entry) => notification(entry, false))
  })
  app.get('/Notifications.json', async ({ url }) =>
    page(undefined, 'notice', url, 'notifications', (entry) => notification(entry, false)),
  )
  const one = async (notice: string, callSid: string | undefined, url: string): Promise<object> => {
    const [entry] = await store.callLog.list({ id: bare(notice), callSid, kind: 'notice', limit: 1 })
    if (!entry) throw notFound(url)
    return notification(entry, true)
  }
  app.get<OfNotice>('/Calls/:sid/Notifications/:notice', async ({ params, url }) =>
    one(params.notice, params.sid, url),
  )
  app.get<OfNotice>('/Notifications/:notice', async ({ params, url }) => one(params.notice, undefined, url))
}

function isOfLevel(level: '0' | '1'): (entry: CallLogEntry) => boolean {
  return ({ data }) => logLevels[(data as unknown as LoggedNotice).level] === level
}

function eventJson({ createdAt, data }: CallLogEntry): object {
  const { method, url, parameters, response } = data as unknown as LoggedRequest
  return {
    request: { method, url, parameters },
    response: {
      response_code: response?.status ?? null,
      request_duration: response?.durationMs ?? null,
      content_type: response?.contentType ?? null,
      response_body: response?.body ?? null,
      date_created: timestamp(createdAt),
    },
  }
}

/** @param whole with the request and its answer, as a single one is shown */
function notificationJson(
  { id, callSid, createdAt, data }: CallLogEntry,
  accountSid: string,
  base: string,
  whole: boolean,
): object {
  const { level, number, message, request } = data as unknown as LoggedNotice
  const date = timestamp(createdAt)
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    call_sid: callSid === '' ? null : callSid,
    date_created: date,
    date_updated: date,
    error_code: String(number),
    log: logLevels[level],
    message_date: date,
    message_text: message,
    more_info: `https://www.twilio.com/docs/errors/${number}`,
    request_method: request?.method ?? null,
    request_url: request?.url ?? null,
    ...(whole && {
      request_variables: request ? new URLSearchParams(request.parameters).toString() : '',
      response_body: request?.response?.body ?? '',
      response_headers: '',
    }),
    sid: id,
    uri: `${base}/Notifications/${id}.json`,
  }
}
