import type { CallControl, CallEndCause, CallEnding, HeaderLines } from '../../calls/index.js'
import type { RelaySettings } from '../../protocol/index.js'
import type { RtpStats } from '../../rtp/index.js'
import { endTable, type SessionResult } from '../../session/index.js'
import { readVoiceName } from '../relay/voice.js'
import { isoMicros } from '../time.js'

export type Payload = Readonly<Record<string, unknown>>

/** What every event of a call tells. */
export function commonPayload(
  call: CallControl,
  connectionId: string,
  clientState: string | undefined,
): Payload {
  const { callControlId, callLegId, callSessionId } = call.identity
  return {
    call_control_id: callControlId,
    call_leg_id: callLegId,
    call_session_id: callSessionId,
    connection_id: connectionId,
    ...(clientState !== undefined && { client_state: clientState }),
  }
}

export function parties({ facts }: CallControl): Payload {
  return { from: facts.from, to: facts.to }
}

interface NamedHeader {
  readonly name: string
  readonly value: string
}

/** Header lines that are the app's to read, or that it has set; absent for none. */
export interface ToldHeaders {
  readonly custom_headers?: readonly NamedHeader[] | undefined
  readonly sip_headers?: readonly NamedHeader[] | undefined
}

/** What is told with a call beside what it is. */
export interface ToldFacts {
  readonly tags: readonly string[]
  readonly headers: ToldHeaders
}

/** What is told of the end beside that. */
interface ToldOfEnd extends ToldFacts {
  /** Of a call that nobody answers in the time allowed. */
  readonly unanswered: 'timeout' | 'no_answer'
}

export function initiated(call: CallControl, { tags, headers }: ToldFacts): Payload {
  const { facts, offeredCodecs } = call
  const inbound = call.direction === 'inbound'
  return {
    ...parties(call),
    direction: inbound ? 'incoming' : 'outgoing',
    state: inbound ? 'parked' : 'bridging',
    start_time: isoMicros(call.startedAt),
    calling_party_type: callingParty(call),
    // The number where there is no name, as the platform does.
    caller_id_name: facts.callerName || facts.from,
    connection_codecs: 'OPUS,G722,PCMU,PCMA',
    ...(offeredCodecs.length > 0 && { offered_codecs: offeredCodecs.join(',').toUpperCase() }),
    ...shownHeaders(headers),
    tags,
  }
}

export function answered(call: CallControl, { tags, headers }: ToldFacts): Payload {
  const codec = call.codec?.toUpperCase()
  return {
    ...parties(call),
    state: 'answered',
    start_time: isoMicros(call.startedAt),
    calling_party_type: callingParty(call),
    ...(codec && { codec, sampling_rate: codec === 'OPUS' || codec === 'G722' ? 16_000 : 8000 }),
    ...shownHeaders(headers),
    tags,
  }
}

export function hangup(
  call: CallControl,
  ending: CallEnding,
  { tags, headers, unanswered }: ToldOfEnd,
): Payload {
  return {
    ...parties(call),
    state: 'hangup',
    start_time: isoMicros(call.startedAt),
    ...(call.endedAt !== undefined && { end_time: isoMicros(call.endedAt) }),
    calling_party_type: callingParty(call),
    hangup_cause: hangupCause(ending, unanswered),
    hangup_source: hangupSource(call, ending),
    sip_hangup_cause: String(ending.sipStatus ?? (ending.cause === 'normal' ? 200 : 'unspecified')),
    ...(ending.quality && { call_quality_stats: quality(ending.quality) }),
    ...shownHeaders(headers),
    tags,
  }
}

export function conversationEnded(
  call: CallControl,
  result: SessionResult,
  settings: RelaySettings,
): Payload {
  const voice = readVoiceName(settings.voice)
  const { engines = {} } = result
  const asked = [settings.transcriptionProvider.toLowerCase(), settings.speechModel].filter(Boolean).join('/')
  const stt = asked || engines.stt
  const askedProvider = (settings.ttsProvider || voice.provider).toLowerCase()
  const provider = askedProvider || engines.tts
  // Without a wish the relay has chosen all of it.
  const { model, voice: name } =
    askedProvider || voice.voice ? voice : { model: engines.model, voice: engines.voice }
  return {
    ...parties(call),
    calling_party_type: callingParty(call),
    conversation_id: result.sessionId,
    duration_sec: Math.round((result.endedAt - result.startedAt) / 1000),
    ...(stt && { stt_model: stt }),
    ...(provider && { tts_provider: provider }),
    ...(model && { tts_model_id: model }),
    ...(name && { tts_voice_id: name }),
    reason: endTable[result.cause].telnyxReason,
    // Telnyx documents no place for it; the app that hangs on it is told here.
    ...(result.handoffData !== undefined && { handoff_data: result.handoffData }),
  }
}

function callingParty({ facts }: CallControl): 'pstn' | 'sip' {
  return facts.callType === 'PSTN' ? 'pstn' : 'sip'
}

const causes: Readonly<Record<CallEndCause, string>> = {
  normal: 'normal_clearing',
  canceled: 'originator_cancel',
  rejected: 'call_rejected',
  busy: 'user_busy',
  'no-answer': 'no_answer',
  'not-found': 'not_found',
  'time-limit': 'time_limit',
  'media-timeout': 'unspecified',
  unreachable: 'unspecified',
  failed: 'unspecified',
}

/** Our own patience ending is `timeout`; a party that says it does not answer is `no_answer`. */
function hangupCause({ cause, by, sipStatus }: CallEnding, unanswered: string): string {
  if (cause === 'no-answer' && (by === 'relay' || sipStatus === undefined || sipStatus === 487))
    return unanswered
  return causes[cause]
}

/** A command hangs up for the app's side: the callee of a call that came in, the caller of one that went out. */
function hangupSource({ direction }: CallControl, { by }: CallEnding): string {
  if (by === 'relay') return direction === 'inbound' ? 'callee' : 'caller'
  return by === 'network' ? 'unknown' : by
}

function quality({ received, sent, remote, mos }: RtpStats): Payload {
  return {
    inbound: {
      jitter_max_variance: received.jitterMs.toFixed(2),
      jitter_packet_count: String(received.packets),
      mos: mos.toFixed(2),
      packet_count: String(received.packets),
      skip_packet_count: String(received.lost),
    },
    outbound: {
      packet_count: String(sent.packets),
      skip_packet_count: String(Math.max(0, remote?.lost ?? 0)),
    },
  }
}

/** Of the header lines of an INVITE: `X-…`, User-to-User (RFC 7433) and Diversion (RFC 5806). */
export function headersOfInvite(lines: HeaderLines): ToldHeaders {
  const custom = lines.filter(([name]) => /^x-/i.test(name)).map(([name, value]) => ({ name, value }))
  const sip = lines.flatMap(([name, value]) => {
    const known = sipHeaders.find((header) => header.toLowerCase() === name.toLowerCase())
    return known ? [{ name: known, value }] : []
  })
  return { custom_headers: custom, sip_headers: sip }
}

const sipHeaders = ['User-to-User', 'Diversion']

function shownHeaders({ custom_headers: custom = [], sip_headers: sip = [] }: ToldHeaders): Payload {
  return {
    ...(custom.length > 0 && { custom_headers: custom }),
    ...(sip.length > 0 && { sip_headers: sip }),
  }
}
