import type { HeaderLines } from '../../calls/index.js'
import { refuse } from '../errors/index.js'
import * as schemas from '../schemas/call.js'
import { recordAfterAnswer, startAfterAnswer } from './after-answer.js'
import { preferredCodecs } from './codecs.js'
import { command } from './command.js'

export const answer = command({
  summary: 'Answer a call that comes in',
  body: schemas.answer,
  needsAnswer: false,
  run(call, body, context) {
    if (call.call.direction === 'outbound') refuse('90102')
    if (call.call.state === 'answered') refuse('10027', 'The call has been answered already.')
    const start = startAfterAnswer(body, context)
    call.override(body)
    const recording = recordAfterAnswer(call, body, context)
    start(call)
    call.answerWith(body)
    call.call.answer(lines(body), { codecs: preferredCodecs(body.preferred_codecs) })
    return recording
  },
})

export const hangup = command({
  summary: 'Hang up',
  body: schemas.hangup,
  needsAnswer: false,
  run(call, body) {
    call.call.hangup('hangup command', lines(body))
  },
})

export const reject = command({
  summary: 'Refuse a call that comes in',
  body: schemas.reject,
  needsAnswer: false,
  run(call, { cause }) {
    const { direction, state } = call.call
    if (direction === 'outbound') refuse('10027', 'A call that goes out cannot be rejected.')
    if (state === 'answered') refuse('10027', 'The call has been answered already: hang it up.')
    call.call.reject(cause === 'USER_BUSY' ? 486 : 603, `reject command: ${cause}`)
  },
})

export const clientStateUpdate = command({
  summary: 'Change what webhooks carry as client_state',
  method: 'PUT',
  body: schemas.clientStateUpdate,
  needsAnswer: false,
  // That is done with every command's client_state.
  run() {},
})

interface WithHeaders {
  readonly custom_headers?: readonly { readonly name: string; readonly value: string }[] | undefined
  readonly sip_headers?: readonly { readonly name: string; readonly value: string }[] | undefined
}

export function lines({ custom_headers: custom = [], sip_headers: sip = [] }: WithHeaders): HeaderLines {
  return [...custom, ...sip].map(({ name, value }) => [name, value] as const)
}
