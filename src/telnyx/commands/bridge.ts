import { refuse } from '../errors/index.js'
import { bridge as schema } from '../schemas/call.js'
import { recordAfterAnswer } from './after-answer.js'
import { command } from './command.js'
import { join, ringback } from './joining.js'

export const bridge = command({
  summary: 'Join two calls',
  body: schema,
  run(call, body, context) {
    const pointer = '/call_control_id'
    const other = context.calls.get(body.call_control_id) ?? refuse('90015', undefined, pointer)
    if (other === call) refuse('90015', 'A call cannot be bridged with itself.', pointer)
    if (other.call.state === 'ended') refuse('90018', 'The call to bridge with has already ended.', pointer)
    if (other.call.state === 'ringing' && other.call.direction === 'inbound')
      refuse('90034', undefined, pointer)
    if (body.prevent_double_bridge && other.call.partner) {
      refuse('10027', 'The call to bridge with is bridged already.', pointer)
    }
    const recording = recordAfterAnswer(call, body, context)
    if (other.call.state === 'answered') {
      join(call, other, body)
      return recording
    }
    const ringing = body.play_ringtone ? ringback(call, body.ringtone) : undefined
    other.whenEnded(() => ringing?.stop())
    other.whenAnswered(() => {
      ringing?.stop()
      if (call.call.state === 'answered') join(call, other, body)
    })
    return recording
  },
})
