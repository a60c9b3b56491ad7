import type { ErrorCode } from '../base/error-table.js'
import type { SocketClose } from '../protocol/index.js'

/** Everything that can end a session. */
export type EndCause =
  | 'app-ended'
  | 'caller-gone'
  | 'call-completed'
  | 'stopped'
  | 'app-connect-failed'
  | 'app-socket-lost'
  | 'too-many-invalid-frames'
  | 'setting-invalid'
  | 'media-setup-invalid'
  | 'rtp-timeout'
  | 'too-long'
  | 'shutting-down'
  | 'internal-error'

/** What one cause means to everybody who hears of the end. */
export interface EndRow {
  /** `SessionStatus` of Twilio's action callback. */
  readonly status: 'completed' | 'ended' | 'failed'
  /** `end_status` of `call_wrap_up`. */
  readonly wrapUp: 'unknown' | 'failure' | 'ended' | 'hung_up'
  /** `reason` of Telnyx's `call.conversation.ended`. */
  readonly telnyxReason: string | null
  /** Error of the action callback and the record. */
  readonly error?: ErrorCode
  /** Whether the app is told by an `error` frame before its socket closes. */
  readonly tellApp?: boolean
  /** How the app's socket is closed; absent where it is closed already or never opened; `invalid` is the dialect's own. */
  readonly close?: SocketClose | 'normal' | 'invalid'
  /** Whether the call itself is still up and its driver decides what comes next. */
  readonly callGoesOn: boolean
}

/** Who ended it → status, record, webhook reason, socket, call. The one place where this is written. */
export const endTable: Readonly<Record<EndCause, EndRow>> = {
  'app-ended': { status: 'ended', wrapUp: 'ended', telnyxReason: null, close: 'normal', callGoesOn: true },
  'caller-gone': {
    status: 'completed',
    wrapUp: 'hung_up',
    telnyxReason: 'call_hangup',
    close: 'normal',
    callGoesOn: false,
  },
  'call-completed': {
    status: 'completed',
    wrapUp: 'hung_up',
    telnyxReason: 'call_hangup',
    close: 'normal',
    callGoesOn: false,
  },
  stopped: { status: 'ended', wrapUp: 'ended', telnyxReason: 'stopped', close: 'normal', callGoesOn: true },
  'app-connect-failed': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'connection_failed',
    error: 'app_connect_failed',
    callGoesOn: true,
  },
  'app-socket-lost': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'customer_disconnect',
    error: 'app_socket_lost',
    callGoesOn: true,
  },
  'too-many-invalid-frames': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'invalid_frames',
    error: 'app_socket_lost',
    close: 'invalid',
    callGoesOn: true,
  },
  'setting-invalid': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'invalid_settings',
    error: 'relay_setting_invalid',
    tellApp: true,
    close: 'normal',
    callGoesOn: true,
  },
  'media-setup-invalid': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'invalid_settings',
    error: 'media_setup_invalid',
    tellApp: true,
    close: 'normal',
    callGoesOn: true,
  },
  'rtp-timeout': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'media_timeout',
    error: 'rtp_timeout',
    tellApp: true,
    close: 'normal',
    callGoesOn: false,
  },
  'too-long': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'time_limit',
    error: 'session_too_long',
    tellApp: true,
    close: 'normal',
    callGoesOn: true,
  },
  'shutting-down': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'shutting_down',
    error: 'node_shutting_down',
    tellApp: true,
    close: { code: 1001, reason: 'The relay is shutting down.' },
    callGoesOn: false,
  },
  'internal-error': {
    status: 'failed',
    wrapUp: 'failure',
    telnyxReason: 'internal_error',
    error: 'internal_error',
    tellApp: true,
    close: { code: 1011, reason: 'Internal error.' },
    callGoesOn: true,
  },
}
