import { type TwimlElement, textOf } from '../../document/element.js'
import {
  choice,
  flag,
  method,
  optionalChoice,
  optionalText,
  text,
  whole,
  words,
} from '../../document/fields.js'
import type { Attributes, Reader } from '../../document/reader.js'
import type { ConferenceRoom, RoomEvent } from '../../rooms/conference-room.js'
import { eventNameOf, roomEventFields, roomEventNames } from '../../rooms/room-report.js'
import { Seat } from '../../rooms/seat.js'
import type { VerbContext } from '../../running/context.js'
import { Interrupted, linked } from '../../running/interruption.js'
import type { Next } from '../../running/verb.js'
import { recordingFields, startRecording } from '../recording.js'
import { play, waitFor } from '../waiting.js'
import type { DialRequest } from './request.js'

/** Most delay of a participant's jitter buffer in ms, by what Twilio calls its size; the largest is the node's own. */
const mostDelayMs = { off: 20, small: 60, medium: 120, large: undefined }

/** Verbs that count in what is heard before a conference begins, or while it holds somebody. */
const waitVerbs = ['Play', 'Say', 'Pause', 'Redirect']

export const conferenceModel = {
  element: 'Conference',
  fields: {
    ...recordingFields,
    muted: flag(false),
    beep: choice(['true', 'false', 'onEnter', 'onExit'], 'true'),
    startConferenceOnEnter: flag(true),
    endConferenceOnExit: flag(false),
    participantLabel: text(''),
    waitUrl: optionalText,
    waitMethod: method,
    maxParticipants: whole(2, 250, 250),
    coach: text(''),
    jitterBufferSize: optionalChoice(['off', 'small', 'medium', 'large']),
    record: choice(['do-not-record', 'record-from-start', 'true', 'false'], 'do-not-record'),
    statusCallback: optionalText,
    statusCallbackMethod: method,
    statusCallbackEvent: words(roomEventNames, ['start', 'end']),
  },
  numbers: {
    muted: 13230,
    endConferenceOnExit: 13231,
    startConferenceOnEnter: 13232,
    waitMethod: 13234,
    beep: 13235,
  },
  idle: ['region', 'eventCallbackUrl', 'recordingConfigurationId'],
}

export type ConferenceRequest = Attributes<typeof conferenceModel.fields> & { readonly name: string }

/** Reads `<Conference>`; undefined, and reported, without a name. */
export function readConference(element: TwimlElement, reader: Reader): ConferenceRequest | undefined {
  const read = reader.attributes(element, conferenceModel)
  const name = textOf(element)
  if (name !== '') return { ...read, name }
  reader.warn(element, 'it has no name', 13237)
  return undefined
}

/** `<Dial><Conference>`: the call takes part until it leaves, or the conference ends. */
export async function dialConference(
  context: VerbContext,
  conference: ConferenceRequest,
  dial: DialRequest,
): Promise<Next> {
  await context.answer()
  const place = enter(context, conference)
  if (place) await takePart(context, conference, dial, place)
  return context.action(dial.action, dial.method, {
    DialCallStatus: place ? 'answered' : 'failed',
    DialBridged: String(place?.seat.wasIn ?? false),
  })
}

interface Place {
  readonly room: ConferenceRoom
  readonly seat: Seat
}

/** The conference of a name; one is made, by what is asked for, where there is none. */
export function openRoom(context: VerbContext, request: ConferenceRequest): ConferenceRoom {
  return context.services.conferences.room(request.name, {
    maxParticipants: request.maxParticipants,
    tellsSpeech: request.statusCallback !== undefined && request.statusCallbackEvent.includes('speaker'),
    observe: (...event) => report(context, request, ...event),
  })
}

/** A place in the conference; undefined, and reported, when there is none. */
function enter(context: VerbContext, request: ConferenceRequest): Place | undefined {
  const { call, services } = context
  const coached = request.coach === '' ? undefined : services.calls.get(request.coach)?.identity.callSid
  if (request.coach !== '' && !services.conferences.get(request.name)?.seat(coached ?? '')) {
    context.warn(`<Conference>: the call ${request.coach}, to be coached, is not in it`, 13240)
    return undefined
  }
  const room = openRoom(context, request)
  const seat = room.sit({
    call,
    label: request.participantLabel,
    muted: request.muted,
    beep: request.beep,
    startOnEnter: request.startConferenceOnEnter,
    endOnExit: request.endConferenceOnExit,
    coaches: coached ?? null,
    play: (url, method, repeat) => playTo(context, url, method, repeat),
  })
  if (seat instanceof Seat) {
    const { jitterBufferSize: size } = request
    if (size) call.limitDelay(mostDelayMs[size])
    return { room, seat }
  }
  const why = seat === 'full' ? 'it is full' : `somebody is there as ${request.participantLabel}`
  context.warn(`<Conference>: ${request.name}: ${why}`, seat === 'label-taken' ? 16025 : undefined)
  return undefined
}

async function takePart(
  context: VerbContext,
  request: ConferenceRequest,
  dial: DialRequest,
  { room, seat }: Place,
): Promise<void> {
  const { call, services } = context
  const leave = () => room.leave(seat, 'participant_hung_up')
  const stop = call.observe({
    digit: (key) => {
      if (key === '*' && dial.hangupOnStar) leave()
    },
  })
  const limit = services.clock.after(dial.timeLimit * 1000, leave)
  try {
    if (!seat.isIn) {
      const music = { url: request.waitUrl, method: request.waitMethod, verbs: waitVerbs, repeat: false }
      await waitFor(context, music, Promise.race([seat.entered, seat.over]))
    }
    await context.until(seat.over)
  } catch (thrown) {
    const gone = thrown instanceof Interrupted && thrown.why === 'call-over'
    room.leave(seat, gone ? 'participant_hung_up' : 'participant_updated_via_api')
    if (!gone) throw thrown
  } finally {
    stop()
    limit.cancel()
    leave()
  }
}

/** Plays a document to somebody who takes part. */
function playTo(context: VerbContext, url: string | undefined, method: 'GET' | 'POST', repeat: boolean) {
  const { controller, release } = linked(context.signal)
  const signal = controller.signal
  const resolved = url === undefined ? undefined : context.resolve(url)
  const playing =
    repeat || resolved === undefined
      ? play(context, { url, method, verbs: waitVerbs, repeat }, signal).then(() => true)
      : context
          .run(
            { request: { url: resolved, method, parameters: context.parameters() } },
            { signal, verbs: waitVerbs },
          )
          .then((outcome) => outcome === 'finished')
  return {
    ended: playing.catch(() => false).finally(release),
    stop: () => controller.abort(new Interrupted('dropped')),
  }
}

/** Tells the call-back of whoever came first, and records the conference where that was asked for. */
function report(
  context: VerbContext,
  request: ConferenceRequest,
  room: ConferenceRoom,
  event: RoomEvent,
  sequence: number,
): void {
  const { call, services } = context
  if (event.name === 'conference-start' && /^(true|record)/.test(request.record))
    record(context, request, room)
  if (!request.statusCallbackEvent.includes(eventNameOf(event))) return
  const accountSid = services.dialect.accountSid(call)
  const told = { now: services.clock.now(), dialect: services.dialect, accountSid }
  context.notify(request.statusCallback, {
    call: ('seat' in event ? event.seat?.call : undefined) ?? call,
    event: event.name,
    method: request.statusCallbackMethod,
    parameters: roomEventFields(room, event, sequence, told),
  })
}

/**
 * What somebody says and hears is all of the conference: it is recorded with whoever came first. When they leave, another
 * recording goes on with the next.
 */
function record(context: VerbContext, request: ConferenceRequest, room: ConferenceRoom): void {
  const [first] = room.participants
  if (!first || room.status !== 'in-progress') return
  const { recording } = startRecording(context, first.call, {
    ...request,
    source: 'Conference',
    channels: 1,
    track: 'both',
    maxMs: 0,
    silenceMs: 0,
    conferenceSid: room.sid,
  })
  first.over.then(() => {
    recording.stop()
    record(context, request, room)
  })
}
