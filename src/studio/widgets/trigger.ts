import { widgetKind } from './widget-kind.js'

/** Where a flow begins: nothing happens but the event that began it. */
export const trigger = widgetKind({
  type: 'trigger',
  events: [
    'incomingCall',
    'incomingMessage',
    'incomingConversationMessage',
    'incomingRequest',
    'incomingParent',
  ],
  properties: {},
  run: ({ parts }) => ({ event: parts.beginning, outputs: {} }),
})
