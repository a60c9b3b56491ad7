import {
  type ConferenceRoom,
  elementOf,
  roomEventNames,
  type Seat,
  type TwimlElement,
  xmlOf,
} from '../../twiml/index.js'
import { refuse } from './api-error.js'
import type { Form } from './form.js'

const recordingEvents = ['in-progress', 'completed', 'absent'] as const

/** `<Conference>` as a new participant's parameters describe it. @throws ApiError */
export function conferenceElement(name: string, form: Form): TwimlElement {
  const flag = (parameter: string): string | undefined => form.bool(parameter)?.toString()
  const max = form.int('MaxParticipants', 2, 250)
  const coached = form.text('CallSidToCoach')
  if (form.bool('Coaching') && coached === undefined) refuse(20001, 'CallSidToCoach is required')
  const attributes = {
    participantLabel: form.text('Label'),
    muted: flag('Muted'),
    beep: form.one('Beep', ['true', 'false', 'onEnter', 'onExit']),
    startConferenceOnEnter: flag('StartConferenceOnEnter'),
    endConferenceOnExit: flag('EndConferenceOnExit'),
    // An empty one is silence.
    waitUrl: form.has('WaitUrl') ? (form.url('WaitUrl') ?? '') : undefined,
    waitMethod: form.method('WaitMethod'),
    maxParticipants: max?.toString(),
    jitterBufferSize: form.one('JitterBufferSize', ['off', 'small', 'medium', 'large']),
    coach: form.bool('Coaching') === false ? undefined : coached,
    record: form.one('ConferenceRecord', ['true', 'false', 'record-from-start', 'do-not-record']),
    trim: form.one('ConferenceTrim', ['trim-silence', 'do-not-trim']),
    statusCallback: form.url('ConferenceStatusCallback'),
    statusCallbackMethod: form.method('ConferenceStatusCallbackMethod'),
    statusCallbackEvent: form.words('ConferenceStatusCallbackEvent', roomEventNames)?.join(' '),
    recordingStatusCallback: form.url('ConferenceRecordingStatusCallback'),
    recordingStatusCallbackMethod: form.method('ConferenceRecordingStatusCallbackMethod'),
    recordingStatusCallbackEvent: form
      .words('ConferenceRecordingStatusCallbackEvent', recordingEvents)
      ?.join(' '),
  }
  return elementOf('Conference', attributes, [name])
}

/** A document that takes a call into the conference. */
export function documentOf(conference: TwimlElement): string {
  return xmlOf(elementOf('Response', {}, [elementOf('Dial', {}, [conference])]))
}

/** Changes how somebody takes part. @throws ApiError */
export function changeSeat(room: ConferenceRoom, seat: Seat, form: Form): void {
  const announce = form.url('AnnounceUrl')
  const beep = form.bool('BeepOnExit')
  const coaching = form.bool('Coaching')
  const coached = form.text('CallSidToCoach')
  if (coaching && coached === undefined) refuse(20001, 'CallSidToCoach is required')
  if (coached !== undefined && !room.seat(coached)) refuse(20001, `${coached} is not in the conference`)
  room.change(seat, {
    muted: form.bool('Muted'),
    held: form.bool('Hold'),
    holdUrl: form.url('HoldUrl'),
    holdMethod: form.method('HoldMethod'),
    beep: beep === undefined ? undefined : beep ? 'onExit' : 'false',
    endOnExit: form.bool('EndConferenceOnExit'),
    coaches: coaching === false ? null : coached,
  })
  if (announce !== undefined) room.announce(announce, form.method('AnnounceMethod') ?? 'POST', seat)
}
