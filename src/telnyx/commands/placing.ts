import { ParleyError } from '../../base/errors.js'
import type { CallControl, DialRequest } from '../../calls/index.js'
import type { TelnyxCall } from '../call/telnyx-call.js'
import { type ApiErrorCode, refuse, unavailable } from '../errors/index.js'
import type { Application } from '../resources/application.js'
import { noDtls, type Transfer } from '../schemas/call.js'
import { preferredCodecs } from './codecs.js'
import type { CommandContext } from './command.js'

/** What dial and transfer say about a new leg. */
export type NewLeg = Pick<
  Transfer,
  | 'to'
  | 'from_display_name'
  | 'timeout_secs'
  | 'time_limit_secs'
  | 'custom_headers'
  | 'sip_headers'
  | 'sip_auth_username'
  | 'sip_auth_password'
  | 'sip_transport_protocol'
  | 'media_encryption'
  | 'preferred_codecs'
  | 'privacy'
  | 'webhook_url'
  | 'webhook_url_method'
  | 'webhook_urls'
  | 'webhook_urls_method'
  | 'webhook_retries_policies'
> & { readonly from: string; readonly retry_on_timeout?: boolean }

export interface Placement {
  readonly application: Application
  readonly leg: NewLeg
  readonly related?: CallControl | undefined
  readonly clientState: string | undefined
}

/**
 * `+18004247767,200`: keys to be sent after the answer may stand behind who is called. Those that the command says
 * itself come first.
 */
export function withInlineDigits<
  Leg extends {
    readonly to: string | readonly string[]
    readonly send_digits_on_answer?: string | undefined
  },
>(leg: Leg): Leg {
  const parts = typeof leg.to === 'string' ? /^([^,]+),([0-9A-DwW*#]{1,64})$/.exec(leg.to) : null
  if (!parts) return leg
  return { ...leg, to: parts[1]!, send_digits_on_answer: leg.send_digits_on_answer ?? parts[2] }
}

/** Errors of dialling in this API's terms: code, and the parameter at fault. */
const refusals: Readonly<Record<string, readonly [code: ApiErrorCode, pointer?: string]>> = {
  call_target_invalid: ['10016', '/to'],
  call_route_missing: ['10027', '/to'],
  call_limit_reached: ['90043'],
  at_capacity: ['90043'],
}

/**
 * Calls somebody, and tells that it does.
 *
 * @throws ApiError when nobody can be called so
 */
export function place(
  { application, leg, related, clientState }: Placement,
  context: CommandContext,
): TelnyxCall {
  if (context.calls.isFull(application, 'outbound')) {
    refuse('90043', `The application ${application.id} has as many calls as its channel_limit allows.`)
  }
  const { to, encryption } = securityOf(leg)
  const request: DialRequest = {
    to,
    from: leg.from,
    // "If omitted, the display name will be the same as the number."
    fromDisplayName: leg.from_display_name ?? (/^\+?\d+$/.test(leg.from) ? leg.from : undefined),
    related,
    answerTimeoutMs: leg.timeout_secs * 1000,
    timeLimitMs: leg.time_limit_secs * 1000,
    headers: [...(leg.custom_headers ?? []), ...(leg.sip_headers ?? [])].map(
      ({ name, value }) => [name, value] as const,
    ),
    anonymous: leg.privacy === 'id',
    credentials:
      leg.sip_auth_username === undefined
        ? undefined
        : { username: leg.sip_auth_username, password: leg.sip_auth_password ?? '' },
    transport: leg.sip_transport_protocol?.toLowerCase() as DialRequest['transport'],
    encryption,
    codecs: preferredCodecs(leg.preferred_codecs),
    route: `telnyx:${application.id}`,
    record: context.record,
  }
  const told = { clientState, overrides: leg, headers: leg, unanswered: unansweredOf(leg) }
  return context.calls.add(dialled(request, context), application, told)
}

/** "When set to `false`, the `call.hangup` webhook reports a `hangup_cause` of `no_answer` instead of `timeout`." */
function unansweredOf({ retry_on_timeout: retry }: NewLeg): 'timeout' | 'no_answer' {
  return retry === false ? 'no_answer' : 'timeout'
}

/** Audio is encrypted where the command says so, or the URI itself by `;secure=true` or `;secure=srtp`. */
function securityOf({ to, media_encryption: asked }: NewLeg): Pick<DialRequest, 'to' | 'encryption'> {
  const ownWish = /^sips?:/i.test(to) ? /;secure=(\w+)(?=[;?]|$)/i.exec(to) : null
  const wish = asked === 'SRTP' ? 'srtp' : ownWish?.[1]?.toLowerCase()
  if (wish === 'dtls') refuse('10027', noDtls, '/to')
  return {
    to: ownWish ? to.replace(ownWish[0], '') : to,
    encryption: wish === 'true' || wish === 'srtp' ? 'srtp' : undefined,
  }
}

function dialled(request: DialRequest, { service }: CommandContext): CallControl {
  try {
    return service.dial(request)
  } catch (thrown) {
    if (!(thrown instanceof ParleyError)) throw thrown
    if (thrown.code === 'node_shutting_down') throw unavailable(thrown.message)
    const [code, pointer] = refusals[thrown.code] ?? []
    if (!code) throw thrown
    const own =
      code === '10016' ? `The 'to' parameter must be in E164 format. ${thrown.message}` : thrown.message
    refuse(code, own, pointer)
  }
}
