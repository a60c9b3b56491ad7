import type { FastifyInstance } from 'fastify'
import { type ConferenceRoom, type Seat, timestamp } from '../../twiml/index.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare } from './auth.js'
import { apiVersion } from './call-json.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { queryOf } from './query.js'

interface ById {
  readonly Params: { readonly account: string; readonly sid: string }
}
interface OfSeat {
  readonly Params: ById['Params'] & { readonly seat: string }
}

/** Conferences that documents made, and who takes part in them. */
export function conferenceRoutes(app: FastifyInstance, context: ApiContext): void {
  const { account, conferences } = context
  const base = `/${apiVersion}/Accounts/${account.sid}/Conferences`
  const room = (sid: string, url: string): ConferenceRoom => {
    const found = conferences.list().find((one) => one.sid === bare(sid))
    if (!found) throw notFound(url)
    return found
  }
  const seatOf = ({ params, url }: { params: OfSeat['Params']; url: string }) => {
    const found = room(params.sid, url)
    const seat = found.seat(decodeURIComponent(bare(params.seat)))
    if (!seat) throw notFound(url)
    return { room: found, seat }
  }
  const json = (found: ConferenceRoom): object => roomJson(found, account.sid, base)
  const shown = (seat: Seat, found: ConferenceRoom): object => seatJson(seat, found, account.sid, base)

  app.get('/Conferences.json', async ({ url }) => {
    const query = queryOf(url)
    const [status, name] = [query.get('Status'), query.get('FriendlyName')]
    const all = conferences
      .list()
      .filter((one) => (status === null || one.status === status) && (name === null || one.name === name))
    const { items, more } = sliceOf(all, pageWish(query))
    return legacyPage(`${base}.json`, query, 'conferences', { items: items.map(json), more })
  })
  app.get<ById>('/Conferences/:sid', async ({ params, url }) => json(room(params.sid, url)))
  app.post<ById>('/Conferences/:sid', async ({ params, url, body }) => {
    const found = room(params.sid, url)
    const form = Form.of(body)
    const announce = form.url('AnnounceUrl')
    if (announce !== undefined) found.announce(announce, form.method('AnnounceMethod') ?? 'POST')
    if (form.one('Status', ['completed'])) found.end()
    return json(found)
  })

  app.get<ById>('/Conferences/:sid/Participants.json', async ({ params, url }) => {
    const found = room(params.sid, url)
    const query = queryOf(url)
    const form = new Form(query)
    const [muted, hold] = [form.bool('Muted'), form.bool('Hold')]
    const seats = found.participants.filter(
      (seat) => (muted === undefined || seat.muted === muted) && (hold === undefined || seat.held === hold),
    )
    const { items, more } = sliceOf(seats, pageWish(query))
    const path = `${base}/${found.sid}/Participants.json`
    return legacyPage(path, query, 'participants', { items: items.map((seat) => shown(seat, found)), more })
  })
  app.get<OfSeat>('/Conferences/:sid/Participants/:seat', async (request) => {
    const { room: found, seat } = seatOf(request)
    return shown(seat, found)
  })
  app.post<OfSeat>('/Conferences/:sid/Participants/:seat', async (request) => {
    const { room: found, seat } = seatOf(request)
    change(found, seat, Form.of(request.body))
    return shown(seat, found)
  })
  app.delete<OfSeat>('/Conferences/:sid/Participants/:seat', async (request, reply) => {
    const { room: found, seat } = seatOf(request)
    found.leave(seat, 'participant_updated_via_api')
    return reply.status(204).send()
  })
}

/** @throws ApiError */
function change(room: ConferenceRoom, seat: Seat, form: Form): void {
  const announce = form.url('AnnounceUrl')
  const beep = form.text('BeepOnExit')
  const coaching = form.bool('Coaching')
  const coached = form.text('CallSidToCoach')
  if (coaching && coached === undefined) refuse(20001, 'CallSidToCoach is required')
  room.change(seat, {
    muted: form.bool('Muted'),
    held: form.bool('Hold'),
    holdUrl: form.url('HoldUrl'),
    holdMethod: form.method('HoldMethod'),
    beep: beep === undefined ? undefined : form.bool('BeepOnExit') ? 'onExit' : 'false',
    endOnExit: form.bool('EndConferenceOnExit'),
    coaches: coaching === false ? null : coached,
  })
  if (announce !== undefined) room.announce(announce, form.method('AnnounceMethod') ?? 'POST', [seat])
}

function roomJson(room: ConferenceRoom, accountSid: string, base: string): object {
  const { sid, name, status, ending } = room
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    call_sid_ending_conference: ending?.by?.call.identity.callSid ?? null,
    date_created: timestamp(room.createdAt),
    date_updated: timestamp(room.updatedAt),
    friendly_name: name,
    reason_conference_ended: ending?.reason ?? null,
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

function seatJson(seat: Seat, room: ConferenceRoom, accountSid: string, base: string): object {
  const { callSid } = seat.call.identity
  return {
    account_sid: accountSid,
    call_sid: callSid,
    call_sid_to_coach: seat.coaches,
    coaching: seat.coaches !== null,
    conference_sid: room.sid,
    date_created: timestamp(seat.joinedAt),
    date_updated: timestamp(seat.joinedAt),
    end_conference_on_exit: seat.endOnExit,
    hold: seat.held,
    label: seat.label === '' ? null : seat.label,
    muted: seat.muted,
    queue_time: null,
    start_conference_on_enter: seat.startOnEnter,
    status: seat.isIn ? 'connected' : 'queued',
    uri: `${base}/${room.sid}/Participants/${callSid}.json`,
  }
}
