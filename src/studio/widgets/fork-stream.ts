import { choice, pairs, required, text } from '../definition/fields.js'
import { document, verb } from '../execution/verbs.js'
import { valuesOf } from './set-variables.js'
import { widgetKind } from './widget-kind.js'

/** Starts or stops a copy of the call's audio to an app's WebSocket. */
export const forkStream = widgetKind({
  type: 'fork-stream',
  events: ['next'],
  properties: {
    stream_action: required(choice(['start', 'stop'])),
    stream_name: text,
    stream_transport_type: choice(['websocket']),
    stream_url: text,
    stream_track: choice(['inbound_track', 'outbound_track', 'both_tracks']),
    stream_connector: text,
    stream_parameters: pairs,
  },
  aliases: { stream_connector_name: 'stream_connector' },
  needs: ({ stream_action: action }) =>
    action === 'start' ? ['stream_url'] : action === 'stop' ? ['stream_name'] : [],
  async run(step, properties) {
    const name = step.text(properties.stream_name, 'stream_name').trim()
    if (/^stop$/i.test(step.text(properties.stream_action, 'stream_action'))) {
      await step.perform(document(verb('Stop', {}, verb('Stream', { name }))))
      return { event: 'next', outputs: {} }
    }
    const stream = verb(
      'Stream',
      {
        name,
        url: step.text(properties.stream_url, 'stream_url').trim(),
        track: step.text(properties.stream_track, 'stream_track'),
      },
      ...Object.entries(valuesOf(step, properties.stream_parameters)).map(([key, value]) =>
        verb('Parameter', { name: key, value }),
      ),
    )
    await step.perform(document(verb('Start', {}, stream)))
    return { event: 'next', outputs: {} }
  },
})
