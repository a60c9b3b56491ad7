import { relaySettings } from '../relay/settings.js'
import { relayStart, relayStop } from '../schemas/relay.js'
import { command } from './command.js'

export const conversationRelayStart = command({
  summary: 'Start a Conversation Relay session',
  body: relayStart,
  run(call, body, { resolveKeys }) {
    return { conversation_relay_id: call.conversation.start(relaySettings(body, resolveKeys)) }
  },
})

export const conversationRelayStop = command({
  summary: 'End the Conversation Relay session; the call goes on',
  body: relayStop,
  needsAnswer: false,
  run(call) {
    call.conversation.stop()
  },
})
