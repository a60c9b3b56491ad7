import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { timestamp } from '../../twiml/index.js'
import type { StoredRecording } from '../resources/recordings.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare, requireAccount } from './auth.js'
import { recordingWish } from './call-forms.js'
import { apiVersion } from './call-json.js'
import { recordOf, warnOfUnused } from './call-routes.js'
import { dateRange } from './call-search.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { queryOf } from './query.js'

interface OfOwner {
  readonly Params: { readonly account: string; readonly sid: string }
}
interface ById {
  readonly Params: OfOwner['Params'] & { readonly recording: string }
}
interface Lone {
  readonly Params: { readonly account: string; readonly recording: string }
}

/**
 * One recording: what is known of it for the account; its audio for whoever knows its SID, as on Twilio unless an account
 * is set otherwise.
 */
export function recordingFiles(app: FastifyInstance, context: ApiContext): void {
  const { account, keys, recordings } = context
  const admit = requireAccount(account, keys)
  app.get<Lone>('/Accounts/:account/Recordings/:recording', async (request, reply) => {
    const { params, url } = request
    if (params.recording.endsWith('.json')) await admit(request)
    const [sid = '', ending = 'wav'] = params.recording.split('.')
    const recording = recordings.get(sid)
    if (!recording || !['json', 'wav', 'mp3'].includes(ending)) throw notFound(url)
    if (ending === 'json') return recordingJson(recording, context)
    const format = ending === 'mp3' ? 'mp3' : 'wav'
    if (recording.status !== 'completed') throw notFound(url)
    const path = await recordings.fileOf(sid, format)
    const { size } = await stat(path).catch(() => {
      throw notFound(url)
    })
    return reply
      .type(format === 'wav' ? 'audio/x-wav' : 'audio/mpeg')
      .header('content-length', size)
      .send(createReadStream(path))
  })
}

/** Recordings: starting them on calls, pausing, listing and forgetting them. */
export function recordingRoutes(app: FastifyInstance, context: ApiContext): void {
  const { recorder, recordings, service } = context
  const json = (recording: StoredRecording): object => recordingJson(recording, context)

  app.post<OfOwner>('/Calls/:sid/Recordings.json', async (request, reply) => {
    const { callSid } = await recordOf(request, context)
    const call = service.get(callSid)
    if (call?.state !== 'answered') refuse(21220, 'Requested resource is not eligible for recording')
    const form = Form.of(request.body)
    const wish = recordingWish(form, 'StartCallRecordingAPI', 'do-not-trim')
    const made = recordings.get(recorder.start(call, wish)) ?? refuse(20500)
    warnOfUnused(context, callSid, form)
    return reply.status(201).send(json(made))
  })
  recordingsOf(app, context, '/Calls/:sid', async (request) => {
    const { callSid } = await recordOf(request, context)
    return (recording) => recording.callSid === callSid
  })
  recordingsOf(app, context, '/Conferences/:sid', async ({ params, url }) => {
    const sid = bare(params.sid)
    const [conference] = await context.store.conferences.search({ sid, limit: 1 })
    if (!conference) throw notFound(url)
    return (recording) => recording.conferenceSid === sid
  })

  app.get('/Recordings.json', async ({ url }) => {
    const form = new Form(queryOf(url))
    const [callSid, conferenceSid] = [form.text('CallSid'), form.text('ConferenceSid')]
    return pageOf(
      context,
      url,
      (recording) =>
        (callSid === undefined || recording.callSid === callSid) &&
        (conferenceSid === undefined || recording.conferenceSid === conferenceSid),
    )
  })
  app.delete<Lone>('/Recordings/:recording', async ({ params, url }, reply) => {
    const { sid } = recordings.get(bare(params.recording)) ?? missing(url)
    await recordings.forget(sid)
    return reply.status(204).send()
  })
}

type Fits = (recording: StoredRecording) => boolean

/** The recordings of a call, or of a conference. @param owner which they are; throws where there is no such thing */
function recordingsOf(
  app: FastifyInstance,
  context: ApiContext,
  path: string,
  owner: (request: FastifyRequest<OfOwner>) => Promise<Fits>,
): void {
  const { recordings } = context
  const json = (recording: StoredRecording): object => recordingJson(recording, context)
  const one = async (request: FastifyRequest<ById>): Promise<StoredRecording> => {
    const fits = await owner(request)
    const named = bare(request.params.recording)
    const sid = named === 'Twilio.CURRENT' ? recordings.current(fits) : named
    const found = sid === undefined ? undefined : recordings.get(sid)
    return found && fits(found) ? found : missing(request.url)
  }
  app.get<OfOwner>(`${path}/Recordings.json`, async (request) =>
    pageOf(context, request.url, await owner(request)),
  )
  app.get<ById>(`${path}/Recordings/:recording`, async (request) => json(await one(request)))
  app.post<ById>(`${path}/Recordings/:recording`, async (request) => {
    const { sid } = await one(request)
    const form = Form.of(request.body)
    const status =
      form.one('Status', ['stopped', 'paused', 'in-progress']) ?? refuse(20001, 'Status is required')
    const silent = form.one('PauseBehavior', ['skip', 'silence']) !== 'skip'
    const over =
      status === 'stopped' ? recordings.stop(sid) : recordings.pause(sid, status === 'paused', silent)
    if (!over) refuse(21220, `The recording ${sid} does not go on`)
    await over
    return json(recordings.get(sid) ?? missing(request.url))
  })
  app.delete<ById>(`${path}/Recordings/:recording`, async (request, reply) => {
    await recordings.forget((await one(request)).sid)
    return reply.status(204).send()
  })
}

/** A page of recordings, newest first. */
function pageOf(context: ApiContext, url: string, fits: Fits): object {
  const query = queryOf(url)
  const [from = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY] = dateRange(
    new Form(query),
    'DateCreated',
  )
  const all = context.recordings
    .list()
    .filter((one) => fits(one) && one.createdAt >= from && one.createdAt < before)
  const { items, more } = sliceOf(all, pageWish(query))
  const shown = items.map((recording) => recordingJson(recording, context))
  return legacyPage(url.split('?')[0]!, query, 'recordings', { items: shown, more })
}

function missing(url: string): never {
  throw notFound(url)
}

function recordingJson(recording: StoredRecording, { account, baseUrl }: ApiContext): object {
  const { sid, durationMs, createdAt, updatedAt, callSid } = recording
  const uri = `/${apiVersion}/Accounts/${account.sid}/Recordings/${sid}`
  return {
    account_sid: account.sid,
    api_version: apiVersion,
    call_sid: callSid,
    channels: recording.channels,
    conference_sid: recording.conferenceSid,
    date_created: timestamp(createdAt),
    date_updated: timestamp(updatedAt),
    duration: durationMs === undefined ? null : String(Math.round(durationMs / 1000)),
    encryption_details: null,
    error_code: null,
    media_url: baseUrl() + uri,
    price: null,
    price_unit: 'USD',
    sid,
    source: recording.source,
    start_time: timestamp(createdAt),
    status: recording.status,
    subresource_uris: { transcriptions: `${uri}/Transcriptions.json` },
    track: recording.track,
    uri: `${uri}.json`,
  }
}
