import type { FastifyInstance } from 'fastify'
import { timestamp } from '../../twiml/index.js'
import type { Transcript } from '../resources/transcripts.js'
import { notFound } from './answers.js'
import { bare } from './auth.js'
import { apiVersion } from './call-json.js'
import type { ApiContext } from './context.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { queryOf } from './query.js'

interface OfAccount {
  readonly Params: { readonly account: string; readonly recording?: string }
}
interface ById {
  readonly Params: OfAccount['Params'] & { readonly sid: string }
}

/** The texts of recordings: all, and those of one. */
export function transcriptionRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const path of ['/Transcriptions', '/Recordings/:recording/Transcriptions']) {
    transcriptionsAt(app, context, path)
  }
}

function transcriptionsAt(app: FastifyInstance, context: ApiContext, path: string): void {
  const { account, transcripts } = context
  const json = (transcript: Transcript): object => transcriptJson(transcript, account.sid)
  const one = ({ params, url }: { params: ById['Params']; url: string }): Transcript => {
    const found = transcripts.get(bare(params.sid))
    if (!found || (params.recording ?? found.recordingSid) !== found.recordingSid) throw notFound(url)
    return found
  }
  app.get<OfAccount>(`${path}.json`, async ({ params, url }) => {
    const query = queryOf(url)
    const { items, more } = sliceOf(transcripts.list(params.recording), pageWish(query))
    return legacyPage(url.split('?')[0]!, query, 'transcriptions', { items: items.map(json), more })
  })
  app.get<ById>(`${path}/:sid`, async (request) => json(one(request)))
  app.delete<ById>(`${path}/:sid`, async (request, reply) => {
    await transcripts.delete(one(request).sid)
    return reply.status(204).send()
  })
}

function transcriptJson(transcript: Transcript, accountSid: string): object {
  const { sid, recordingSid, text, status, durationMs, createdAt } = transcript
  const date = timestamp(createdAt)
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    date_created: date,
    date_updated: date,
    duration: String(Math.round(durationMs / 1000)),
    price: null,
    price_unit: 'USD',
    recording_sid: recordingSid,
    sid,
    status,
    transcription_text: text,
    type: 'fast',
    uri: `/${apiVersion}/Accounts/${accountSid}/Transcriptions/${sid}.json`,
  }
}
