import { ParleyError } from '../../../base/errors.js'
import type { RelaySettings } from '../../../protocol/index.js'
import { endTable, type SessionResult } from '../../../session/index.js'
import type { TwimlElement } from '../../document/element.js'
import { problem } from '../../document/problem.js'
import type { Reader } from '../../document/reader.js'
import type { VerbContext } from '../../running/context.js'
import { endSession } from '../../running/session-end.js'
import { mayBePlain } from '../plain-socket.js'
import type { ConnectNoun } from './connect.js'
import { relayWish } from './relay-settings.js'

/** `<ConversationRelay>`: a session with an app. */
export function relayNoun(element: TwimlElement, reader: Reader): ConnectNoun {
  const { settings, refusal } = relayWish(element, reader)
  return {
    async execute(context): Promise<Record<string, string>> {
      if (refusal !== undefined) report(context, `<ConversationRelay> in line ${element.line}: ${refusal}`)
      if (!settings) return failure(refusal ?? '')
      if (!mayBePlain(settings.url, context.services)) {
        const why = `url is "${settings.url}" and must begin with wss://`
        report(context, `<ConversationRelay> in line ${element.line}: ${why}`)
        return failure(why)
      }
      const result = await hold(context, settings)
      if (refusal === undefined) reportFailure(context, element, result)
      return fieldsOf(result)
    },
  }
}

/**
 * Holds a session to its end. On Twilio its socket opens while the call rings, and the call is answered when it is
 * open; on Telnyx, and where the codec is not known before the answer, the call is answered first.
 */
async function hold(context: VerbContext, settings: RelaySettings): Promise<SessionResult> {
  const { call } = context
  if (settings.dialect === 'telnyx' || !call.hasMedia) await context.answer()
  let result: SessionResult | undefined
  let stop = () => {}
  const over = new Promise<SessionResult>((resolve) => {
    stop = call.observe({
      sessionReady: () => call.answer(),
      sessionEnded: (ended) => {
        result = ended
        resolve(ended)
      },
    })
  })
  try {
    call.startSession(settings)
    return await context.until(over)
  } catch (thrown) {
    // The call's end has ended the session before it interrupts.
    if (result) return result
    await endSession(call)
    throw thrown
  } finally {
    stop()
  }
}

/** What the action URL is told of a session's end. */
function fieldsOf({ sessionId, cause, detail, handoffData, startedAt, endedAt }: SessionResult) {
  const { status, error } = endTable[cause]
  const told = error === undefined ? undefined : new ParleyError(error)
  return {
    SessionId: sessionId,
    SessionStatus: status,
    SessionDuration: String(Math.round((endedAt - startedAt) / 1000)),
    ...(handoffData !== undefined && { HandoffData: handoffData }),
    ...(told && {
      ErrorCode: String(told.twilio ?? 64103),
      ErrorMessage: error === 'app_socket_lost' ? 'Websocket ended' : `${told.message} ${detail}`.trim(),
    }),
  }
}

/** Why a session failed stands in the call's log. */
function reportFailure(context: VerbContext, { line }: TwimlElement, { cause, detail }: SessionResult): void {
  const { error } = endTable[cause]
  if (error === undefined) return
  const why = `${new ParleyError(error).message} ${detail}`.trim()
  context.report(problem('error', error, `<ConversationRelay> in line ${line}: ${why}`))
}

function failure(why: string) {
  return { SessionStatus: 'failed', SessionDuration: '0', ErrorCode: '64101', ErrorMessage: why }
}

function report(context: VerbContext, message: string): void {
  context.report(problem('error', 'relay_setting_invalid', message))
}
