import { addTwimlRedirect } from './add-twiml-redirect.js'
import { connectCallTo } from './connect-call-to.js'
import { enqueueCall, sendToFlex } from './enqueue.js'
import { forkStream } from './fork-stream.js'
import { gatherInput } from './gather-input.js'
import { makeHttpRequest } from './make-http-request.js'
import { makeOutgoingCallV1, makeOutgoingCallV2 } from './make-outgoing-call.js'
import { recordCall } from './record-call.js'
import { recordVoicemail } from './record-voicemail.js'
import { runConversationRelay } from './run-conversation-relay.js'
import { runFunction } from './run-function.js'
import { runSubflow } from './run-subflow.js'
import { sayPlay } from './say-play.js'
import { setVariables } from './set-variables.js'
import { splitBasedOn } from './split-based-on.js'
import { trigger } from './trigger.js'
import type { WidgetKind } from './widget-kind.js'

const kinds: readonly WidgetKind[] = [
  trigger,
  runConversationRelay,
  sayPlay,
  gatherInput,
  splitBasedOn,
  setVariables,
  makeHttpRequest,
  runFunction,
  connectCallTo,
  recordVoicemail,
  recordCall,
  enqueueCall,
  sendToFlex,
  addTwimlRedirect,
  runSubflow,
  makeOutgoingCallV1,
  makeOutgoingCallV2,
  forkStream,
]

/** Every kind of widget there is. */
export const widgetKinds: ReadonlyMap<string, WidgetKind> = new Map(kinds.map((kind) => [kind.type, kind]))

/** The vendor's types that are not here: they are refused by their name, not as misspelt. */
export const foreignTypes: ReadonlySet<string> = new Set([
  'capture-payments',
  'connect-virtual-agent',
  'connect-virtual-agent-v2',
  'resume-conversation',
  'search-conversation',
  'send-and-wait-for-reply',
  'send-message',
  'send-to-autopilot',
  'start-conversation',
])
