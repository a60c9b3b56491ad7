import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CallControl } from '../../calls/index.js'
import {
  type ActivityKind,
  DocumentError,
  elementOf,
  type TwimlElement,
  timestamp,
} from '../../twiml/index.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare } from './auth.js'
import { apiVersion } from './call-json.js'
import { recordOf, warnOfUnused } from './call-routes.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'

interface OfCall {
  readonly Params: { readonly account: string; readonly sid: string }
}
interface ById {
  readonly Params: OfCall['Params'] & { readonly activity: string }
}

interface Kind {
  /** Last part of the path. */
  readonly path: string
  readonly kind: ActivityKind
  /** What `<Start>` would have in it. @throws ApiError */
  readonly element: (form: Form) => TwimlElement
}

const tracks = ['inbound_track', 'outbound_track', 'both_tracks'] as const
const mostParameters = 99

const kinds: readonly Kind[] = [
  { path: 'Streams', kind: 'stream', element: streamElement },
  { path: 'Transcriptions', kind: 'transcription', element: transcriptionElement },
]

/** What goes on beside a call's instructions: media streams and transcriptions, as `<Start>` and `<Stop>` have them. */
export function activityRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const kind of kinds) activitiesOf(app, context, kind)
  app.post<OfCall>('/Calls/:sid/Siprec.json', async (request) => {
    await recordOf(request, context)
    refuse(20001, 'SIPREC is not there: a call is recorded by Recordings, and streamed by Streams')
  })
}

function activitiesOf(app: FastifyInstance, context: ApiContext, { path, kind, element }: Kind): void {
  const { account, clock, service, twiml } = context
  const json = (callSid: string, sid: string, name: string, status: 'in-progress' | 'stopped'): object => ({
    account_sid: account.sid,
    call_sid: callSid,
    date_updated: timestamp(clock.now()),
    name: name === '' ? null : name,
    sid,
    status,
    uri: `/${apiVersion}/Accounts/${account.sid}/Calls/${callSid}/${path}/${sid}.json`,
  })
  const liveCall = async (request: FastifyRequest<OfCall>): Promise<CallControl> => {
    const { callSid } = await recordOf(request, context)
    const call = service.get(callSid)
    return call?.state === 'answered' ? call : refuse(21220, 'Call is not in-progress.')
  }

  app.post<OfCall>(`/Calls/:sid/${path}.json`, async (request, reply) => {
    const call = await liveCall(request)
    const form = Form.of(request.body)
    const wanted = element(form)
    warnOfUnused(context, call.identity.callSid, form)
    try {
      const { sid, name } = twiml.start(call, wanted)
      return await reply.status(201).send(json(call.identity.callSid, sid, name, 'in-progress'))
    } catch (thrown) {
      throw thrown instanceof DocumentError ? refuse(20001, thrown.message) : thrown
    }
  })
  app.post<ById>(`/Calls/:sid/${path}/:activity`, async (request) => {
    const { callSid } = await recordOf(request, context)
    const call = service.get(callSid)
    const named = bare(request.params.activity)
    const found = (call && twiml.activitiesOf(call)?.find(kind, named)[0]) ?? missing(request.url)
    Form.of(request.body).one('Status', ['stopped']) ?? refuse(20001, 'Status is required')
    found.stop()
    return json(callSid, found.sid, found.name, 'stopped')
  })
}

function streamElement(form: Form): TwimlElement {
  const parameters = Array.from({ length: mostParameters }, (_, i) => `Parameter${i + 1}`).flatMap((each) => {
    const name = form.text(`${each}.Name`)
    return name === undefined ? [] : elementOf('Parameter', { name, value: form.text(`${each}.Value`) ?? '' })
  })
  const attributes = {
    url: form.text('Url') ?? refuse(20001, 'Url is required'),
    name: form.text('Name'),
    track: form.one('Track', tracks),
    statusCallback: form.url('StatusCallback'),
    statusCallbackMethod: form.method('StatusCallbackMethod'),
  }
  return elementOf('Stream', attributes, parameters)
}

function transcriptionElement(form: Form): TwimlElement {
  const flag = (name: string): string | undefined => form.bool(name)?.toString()
  return elementOf('Transcription', {
    name: form.text('Name'),
    track: form.one('Track', tracks),
    statusCallbackUrl: form.url('StatusCallbackUrl'),
    statusCallbackMethod: form.method('StatusCallbackMethod'),
    inboundTrackLabel: form.text('InboundTrackLabel'),
    outboundTrackLabel: form.text('OutboundTrackLabel'),
    partialResults: flag('PartialResults'),
    languageCode: form.text('LanguageCode'),
    transcriptionEngine: form.text('TranscriptionEngine'),
    profanityFilter: flag('ProfanityFilter'),
    speechModel: form.text('SpeechModel'),
    hints: form.text('Hints'),
    enableAutomaticPunctuation: flag('EnableAutomaticPunctuation'),
  })
}

function missing(url: string): never {
  throw notFound(url)
}
