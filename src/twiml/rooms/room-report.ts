import { timestamp } from '../callbacks/timestamp.js'
import { callStatus } from '../dialects/call-status.js'
import type { TwimlDialect } from '../dialects/dialect.js'
import type { ConferenceRoom, EndReason, RoomEvent } from './conference-room.js'
import type { Seat } from './seat.js'

/** Names that `statusCallbackEvent` has, and the events that each stands for. */
export const roomEventNames = [
  'start',
  'end',
  'join',
  'leave',
  'mute',
  'hold',
  'modify',
  'speaker',
  'announcement',
] as const
export type RoomEventName = (typeof roomEventNames)[number]

/** Which name of `statusCallbackEvent` an event is told under. */
export function eventNameOf({ name }: RoomEvent): RoomEventName {
  if (name.startsWith('participant-speech')) return 'speaker'
  const word = name.replace(/^(conference|participant)-(un)?/, '')
  return name.startsWith('announcement') ? 'announcement' : (word as RoomEventName)
}

const sentences: Readonly<Record<EndReason, string>> = {
  'conference-ended-via-api': 'The conference was ended through the API.',
  'last-participant-kicked': 'The last participant was removed.',
  'last-participant-left': 'The last participant left.',
  'participant-with-end-conference-on-exit-kicked':
    'A participant whose exit ends the conference was removed.',
  'participant-with-end-conference-on-exit-left': 'A participant whose exit ends the conference left.',
}

/** Fields of the request that tells of an event. @param now ms since the Unix epoch */
export function roomEventFields(
  room: ConferenceRoom,
  event: RoomEvent,
  sequence: number,
  {
    now,
    dialect,
    accountSid,
  }: { readonly now: number; readonly dialect: TwimlDialect; readonly accountSid: string },
): Record<string, string> {
  return {
    ConferenceSid: room.sid,
    FriendlyName: room.name,
    AccountSid: accountSid,
    SequenceNumber: String(sequence),
    Timestamp: timestamp(now),
    StatusCallbackEvent: event.name,
    ...('seat' in event && event.seat && seatFields(event.seat, dialect)),
    ...(event.name === 'participant-leave' && {
      ReasonParticipantLeft: event.reason,
      ParticipantCallStatus: callStatus(event.seat.call),
    }),
    ...(event.name === 'conference-end' && {
      ReasonConferenceEnded: event.reason,
      Reason: sentences[event.reason],
      ...(event.by && { CallSidEndingConference: dialect.callSid(event.by.call) }),
      ...(event.by && event.by.label !== '' && { ParticipantLabelEndingConference: event.by.label }),
    }),
    ...((event.name === 'announcement-end' || event.name === 'announcement-fail') && {
      AnnounceUrl: event.url,
    }),
  }
}

function seatFields(seat: Seat, dialect: TwimlDialect): Record<string, string> {
  return {
    CallSid: dialect.callSid(seat.call),
    Muted: String(seat.muted),
    Hold: String(seat.held),
    Coaching: String(seat.coaches !== null),
    ...(seat.coaches !== null && { CallSidToCoach: seat.coaches }),
    EndConferenceOnExit: String(seat.endOnExit),
    StartConferenceOnEnter: String(seat.startOnEnter),
    ...(seat.label !== '' && { ParticipantLabel: seat.label }),
  }
}
