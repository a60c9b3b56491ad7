import type { FastifyInstance } from 'fastify'
import { type ConferenceRoom, type Invitation, type Seat, timestamp } from '../../twiml/index.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare } from './auth.js'
import { placementOf } from './call-forms.js'
import { apiVersion } from './call-json.js'
import { warnOfUnused } from './call-routes.js'
import type { ApiContext } from './context.js'
import { detectionOfParticipant } from './detection-form.js'
import { Form } from './form.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { changeSeat, conferenceElement, documentOf } from './participant-forms.js'
import { queryOf } from './query.js'

interface OfConference {
  readonly Params: { readonly account: string; readonly sid: string }
}
interface ById {
  readonly Params: OfConference['Params'] & { readonly participant: string }
}

/** Who takes part in a conference, or is called for it. */
export function participantRoutes(app: FastifyInstance, context: ApiContext): void {
  const { account, conferences, service, store, twiml } = context
  const base = `/${apiVersion}/Accounts/${account.sid}/Conferences`
  const named = (segment: string): string => bare(segment)
  const room = (segment: string, url: string): ConferenceRoom => {
    const found = conferences.get(named(segment))
    if (!found) throw notFound(url)
    return found
  }
  const json = (one: Seat | Invitation, of: ConferenceRoom): object =>
    participantJson(one, of, account.sid, base)
  const one = ({ params, url }: { params: ById['Params']; url: string }) => {
    const of = room(params.sid, url)
    const name = named(params.participant)
    const [seat, invitation] = [of.seat(name), of.invitation(name)]
    if (!seat && !invitation) throw notFound(url)
    return { of, seat, invitation }
  }

  app.get<OfConference>('/Conferences/:sid/Participants.json', async ({ params, url }) => {
    const query = queryOf(url)
    const form = new Form(query)
    const [muted, hold, coaching] = [form.bool('Muted'), form.bool('Hold'), form.bool('Coaching')]
    const live = conferences.get(named(params.sid))
    if (!live) await known(params.sid, url)
    const all = [...(live?.participants ?? []), ...(live?.invited ?? [])].filter(
      (each) =>
        (muted === undefined || each.muted === muted) &&
        (hold === undefined || ('held' in each && each.held) === hold) &&
        (coaching === undefined || (each.coaches !== null) === coaching),
    )
    const { items, more } = sliceOf(all, pageWish(query))
    const path = url.split('?')[0]!
    return legacyPage(path, query, 'participants', { items: items.map((each) => json(each, live!)), more })
  })
  app.post<OfConference>('/Conferences/:sid/Participants.json', async ({ params, url, body }, reply) => {
    const live = conferences.get(named(params.sid))
    // What looks like a SID is one: it makes no conference.
    if (!live && /^CF[0-9a-f]{32}$/i.test(named(params.sid))) throw notFound(url)
    const form = Form.of(body)
    const conference = conferenceElement(live?.name ?? named(params.sid), form)
    const [label, coached] = [form.text('Label'), form.text('CallSidToCoach')]
    if (label !== undefined && (live?.seat(label) || live?.invitation(label))) {
      refuse(20001, `Somebody is in the conference as ${label}`)
    }
    if (coached !== undefined && !live?.seat(coached)) refuse(20001, `${coached} is not in the conference`)
    const placement = placementOf(form, { source: { twiml: documentOf(conference) } })
    const machineDetection = detectionOfParticipant(form)
    const earlyMedia = form.bool('EarlyMedia') ?? true
    const call = context.calls.place(service, { ...placement, machineDetection })
    const { callSid } = call.identity
    warnOfUnused(context, callSid, form)
    const joined = twiml.invite(call, conference, earlyMedia)
    return reply.status(201).send(json(joined.invitation(callSid) ?? refuse(20500), joined))
  })
  app.get<ById>('/Conferences/:sid/Participants/:participant', async (request) => {
    const { of, seat, invitation } = one(request)
    return json((seat ?? invitation)!, of)
  })
  app.post<ById>('/Conferences/:sid/Participants/:participant', async (request) => {
    const { of, seat } = one(request)
    if (!seat) refuse(21220, 'The participant has not answered yet')
    const form = Form.of(request.body)
    changeSeat(of, seat, form)
    warnOfUnused(context, seat.call.identity.callSid, form)
    return json(seat, of)
  })
  app.delete<ById>('/Conferences/:sid/Participants/:participant', async (request, reply) => {
    const { of, seat, invitation } = one(request)
    if (seat) of.leave(seat, 'participant_updated_via_api')
    else invitation?.call.hangup('removed by the API')
    return reply.status(204).send()
  })

  /** @throws ApiError 20404 where there never was such a conference */
  async function known(segment: string, url: string): Promise<void> {
    const [past] = await store.conferences.search({ sid: named(segment), limit: 1 })
    if (!past) throw notFound(url)
  }
}

function participantJson(one: Seat | Invitation, room: ConferenceRoom, accountSid: string, base: string) {
  const { callSid } = one.call.identity
  const since = timestamp('joinedAt' in one ? one.joinedAt : one.invitedAt)
  return {
    account_sid: accountSid,
    call_sid: callSid,
    call_sid_to_coach: one.coaches,
    coaching: one.coaches !== null,
    conference_sid: room.sid,
    date_created: since,
    date_updated: since,
    end_conference_on_exit: one.endOnExit,
    hold: 'held' in one && one.held,
    label: one.label === '' ? null : one.label,
    muted: one.muted,
    queue_time: null,
    start_conference_on_enter: one.startOnEnter,
    // Whoever waits for the beginning is connected, too.
    status: 'status' in one ? one.status : 'connected',
    uri: `${base}/${room.sid}/Participants/${callSid}.json`,
  }
}
