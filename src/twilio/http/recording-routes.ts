import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { timestamp } from '../../twiml/index.js'
import type { StoredRecording } from '../resources/recordings.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare, requireAccount } from './auth.js'
import { recordingWish } from './call-forms.js'
import { apiVersion } from './call-json.js'
import { recordOf } from './call-routes.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { queryOf } from './query.js'

interface OfCall {
  readonly Params: { readonly account: string; readonly sid: string }
}
interface ById {
  readonly Params: OfCall['Params'] & { readonly recording: string }
}
interface Lone {
  readonly Params: { readonly account: string; readonly recording: string }
}

/**
 * One recording: what is known of it for the account; its audio for whoever knows its SID, as on Twilio unless an account
 * is set otherwise.
 */
export function recordingFiles(app: FastifyInstance, context: ApiContext): void {
  const { account, recordings } = context
  const admit = requireAccount(account)
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
  const page = (all: readonly StoredRecording[], url: string): object => {
    const query = queryOf(url)
    const { items, more } = sliceOf(all, pageWish(query))
    return legacyPage(url.split('?')[0]!, query, 'recordings', { items: items.map(json), more })
  }
  const ofCall = (callSid: string): StoredRecording[] =>
    recordings.list().filter((recording) => recording.callSid === callSid)
  const one = (sid: string, url: string, callSid?: string): StoredRecording => {
    const recording = recordings.get(sid)
    if (!recording || (callSid !== undefined && recording.callSid !== callSid)) throw notFound(url)
    return recording
  }
  /** The latest that goes on is called `Twilio.CURRENT`. */
  const named = ({ params, url }: { params: ById['Params']; url: string }): StoredRecording => {
    const sid = bare(params.recording)
    return one(sid === 'Twilio.CURRENT' ? (recorder.current(params.sid) ?? sid) : sid, url, params.sid)
  }

  app.post<OfCall>('/Calls/:sid/Recordings.json', async (request, reply) => {
    const { callSid } = await recordOf(request, context)
    const call = service.get(callSid)
    if (call?.state !== 'answered') refuse(21220, 'Requested resource is not eligible for recording')
    const wish = recordingWish(Form.of(request.body), 'StartCallRecordingAPI', 'mono')
    const sid = recorder.start(call, wish)
    return reply.status(201).send(json(one(sid, request.url)))
  })
  app.get<OfCall>('/Calls/:sid/Recordings.json', async (request) => {
    const { callSid } = await recordOf(request, context)
    return page(ofCall(callSid), request.url)
  })
  app.get<ById>('/Calls/:sid/Recordings/:recording', async (request) => json(named(request)))
  app.post<ById>('/Calls/:sid/Recordings/:recording', async (request) => {
    const { sid } = named(request)
    const status =
      Form.of(request.body).one('Status', ['stopped', 'paused', 'in-progress']) ??
      refuse(20001, 'Status is required')
    const over = status === 'stopped' ? recorder.stop(sid) : recorder.pause(sid, status === 'paused')
    if (!over) refuse(21220, `The recording ${sid} does not go on`)
    await over
    return json(one(sid, request.url))
  })
  app.delete<ById>('/Calls/:sid/Recordings/:recording', async (request, reply) => {
    await forget(named(request))
    return reply.status(204).send()
  })

  app.get('/Recordings.json', async ({ url }) => {
    const asked = queryOf(url).get('CallSid')
    return page(asked === null ? recordings.list() : ofCall(asked), url)
  })
  app.delete<Lone>('/Recordings/:recording', async ({ params, url }, reply) => {
    await forget(one(bare(params.recording), url))
    return reply.status(204).send()
  })

  async function forget({ sid }: StoredRecording): Promise<void> {
    await recorder.stop(sid)
    await recordings.delete(sid)
  }
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
