import type { TelnyxCall } from '../call/telnyx-call.js'
import { refuse } from '../errors/index.js'
import { transfer as schema, type Transfer } from '../schemas/call.js'
import { detectMachine, recordAfterAnswer } from './after-answer.js'
import { audio } from './announcements.js'
import { type CommandContext, command } from './command.js'
import { join, listenIn, ringback } from './joining.js'
import { place, withInlineDigits } from './placing.js'

export const transfer = command({
  summary: 'Call somebody else and join the two calls',
  body: schema,
  needsAnswer: false,
  run(call, given, context) {
    const body = withInlineDigits(given)
    const { facts, direction, state } = call.call
    if (direction === 'outbound' && state === 'ringing') refuse('90034')
    const target = place(
      {
        application: call.application,
        leg: { ...body, from: body.from ?? (direction === 'inbound' ? facts.to : facts.from) },
        related: call.call,
        clientState: body.target_leg_client_state,
      },
      context,
    )
    recordAfterAnswer(target, body, context)
    detectMachine(target, body)
    joinOnAnswer(call, target, body, context)
  },
})

/** The caller hears the callee's phone ring, then the callee. Whoever is left alone by the other's end goes on, or not. */
function joinOnAnswer(call: TelnyxCall, target: TelnyxCall, body: Transfer, context: CommandContext): void {
  let tone: { stop(): void } | undefined
  let joined = false
  const connect = (): void => {
    if (joined || call.call.state === 'ended' || target.call.state === 'ended') return
    joined = true
    tone?.stop()
    // A call that came in may be passed on unanswered: it is answered when there is somebody to talk to.
    if (call.call.state === 'ringing') call.call.answer()
    call.whenAnswered(() => {
      if (target.call.state !== 'ended') join(call, target, body)
    })
  }
  const stopListening = target.call.observe({
    ringing(early) {
      if (call.call.state === 'ringing' || call.call.session) return
      if (early && body.early_media) listenIn(call, target, body)
      else tone ??= ringback(call, 'us')
    },
  })
  target.whenEnded(() => {
    stopListening()
    tone?.stop()
  })
  call.whenEnded(() => {
    if (target.call.state === 'ringing') target.call.hangup('the call that was transferred is over')
  })
  target.whenAnswered(async () => {
    if (body.send_digits_on_answer) {
      target.call.announce({ kind: 'digits', digits: body.send_digits_on_answer, pressMs: 250 })
    }
    const greeting = audio(body, context)
    if (greeting) await target.playback.add(greeting).ended
    connect()
  })
}
