import type { TelnyxCall } from '../call/telnyx-call.js'
import { ApiError, refuse } from '../errors/index.js'
import type { Application } from '../resources/application.js'
import type { Dial } from '../schemas/call.js'
import { detectMachine, recordAfterAnswer, startAfterAnswer } from './after-answer.js'
import { announce, audio } from './announcements.js'
import type { CommandContext } from './command.js'
import { join } from './joining.js'
import { place, withInlineDigits } from './placing.js'

/** A call that goes out, and its recording where one was asked for. */
export interface Dialled {
  readonly call: TelnyxCall
  readonly recording: { readonly recording_id: string } | undefined
}

/**
 * Calls somebody, or several of whom the first to answer stays.
 *
 * @returns that of the first where there are several
 * @throws ApiError when nobody can be called so
 */
export function dial(given: Dial, context: CommandContext): Dialled {
  const body = withInlineDigits(given)
  const application = applicationOf(body, context)
  const linked = body.link_to === undefined ? undefined : linkedCall(body.link_to, context)
  const start = startAfterAnswer(body, context)
  const targets = typeof body.to === 'string' ? [body.to] : body.to
  const placed: Dialled[] = []
  try {
    for (const to of targets) {
      const placement = {
        application,
        leg: { ...body, to, from: (body.bridge_intent && linked?.call.facts.from) || body.from },
        related: linked?.call,
        clientState: body.client_state,
      }
      const call = place(placement, context)
      placed.push({ call, recording: recordAfterAnswer(call, body, context) })
      detectMachine(call, body)
      start(call)
      call.whenAnswered(() => afterAnswer(call, linked, body, context))
    }
  } catch (thrown) {
    for (const { call } of placed) call.call.hangup('another of the numbers to dial cannot be called')
    throw thrown
  }
  firstAnswers(placed.map(({ call }) => call))
  return placed[0]!
}

function applicationOf({ connection_id: id }: Dial, { applications }: CommandContext): Application {
  const application = applications.get(id)
  if (application?.active) return application
  throw new ApiError({
    code: '10015',
    status: 422,
    title: 'Invalid value for connection_id (Call Control App ID)',
    detail:
      'The requested connection_id (Call Control App ID) is either invalid or does not exist. ' +
      'Only Call Control Apps with valid webhook URL are accepted.',
    pointer: '/connection_id',
  })
}

function linkedCall(id: string, { calls }: CommandContext): TelnyxCall {
  const call = calls.get(id) ?? refuse('90015', undefined, '/link_to')
  return call.call.state === 'ended' ? refuse('90018', undefined, '/link_to') : call
}

function afterAnswer(
  call: TelnyxCall,
  linked: TelnyxCall | undefined,
  body: Dial,
  context: CommandContext,
): void {
  if (body.send_digits_on_answer) {
    call.call.announce({ kind: 'digits', digits: body.send_digits_on_answer, pressMs: 250 })
  }
  const greeting = audio(body, context)
  if (greeting) announce(call, greeting, undefined)
  if (!linked || !body.bridge_on_answer || linked.call.state !== 'answered') return
  if (body.prevent_double_bridge && linked.call.partner) {
    return call.call.hangup('the call to bridge with is bridged already')
  }
  join(call, linked, { mute_dtmf: 'none', park_after_unbridge: body.park_after_unbridge })
}

/** The first to answer stays; the others stop ringing. */
function firstAnswers(calls: readonly TelnyxCall[]): void {
  for (const call of calls) {
    call.whenAnswered(() => {
      for (const other of calls) {
        if (other !== call) other.call.hangup('somebody else answered')
      }
    })
  }
}
