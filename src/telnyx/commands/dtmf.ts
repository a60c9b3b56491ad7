import { sendDtmf as schema } from '../schemas/call.js'
import { command } from './command.js'

export const sendDtmf = command({
  summary: 'Send keys',
  body: schema,
  run(call, { digits, duration_millis: pressMs }) {
    call.call.announce({ kind: 'digits', digits, pressMs })
  },
})
