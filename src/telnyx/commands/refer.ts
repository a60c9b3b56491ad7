import { refer as schema } from '../schemas/call.js'
import { payloads } from '../webhooks/index.js'
import { lines } from './answering.js'
import { command } from './command.js'

export const refer = command({
  summary: 'Ask the party to call somebody else (SIP REFER)',
  body: schema,
  run(call, body) {
    const tell = (what: string, status: number): void =>
      call.publish(`call.refer.${what}`, { ...payloads.parties(call.call), sip_notify_response: status })
    tell('started', 100)
    call.call.refer(body.sip_address, lines(body)).then(({ status, notified }) => {
      // A party that tells nothing of the new call has at least taken the wish.
      const last = notified ?? (status < 300 ? 200 : status)
      tell(last < 300 ? 'completed' : 'failed', last)
    })
  },
})
