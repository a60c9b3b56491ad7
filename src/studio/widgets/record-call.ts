import { z } from 'zod'
import { choice, flag, required, text } from '../definition/fields.js'
import { WidgetFailure } from '../execution/interruptions.js'
import type { RecordingCallback } from '../execution/ports.js'
import type { Step } from '../execution/step.js'
import { widgetKind } from './widget-kind.js'

const known = ['in-progress', 'completed', 'absent'] as const

/** Names with spaces or commas between them, or a list. */
const events = z.preprocess((value) => (Array.isArray(value) ? value.join(' ') : value), text)

/** Starts or stops the recording of the call, which goes on whatever the flow does. */
export const recordCall = widgetKind({
  type: 'record-call',
  events: ['success', 'failed'],
  failure: 'failed',
  properties: {
    record_call: required(flag),
    recording_status_callback: text,
    recording_status_callback_method: choice(['GET', 'POST']),
    recording_status_callback_events: events,
    recording_channels: choice(['mono', 'dual']),
    trim: choice(['trim-silence', 'do-not-trim', 'true', 'false']),
  },
  aliases: { recording_status_events: 'recording_status_callback_events' },
  run(step, properties) {
    const call = step.call()
    const { recorder } = step.world
    if (step.flag(properties.record_call, 'record_call') !== true) {
      if (!recorder.stop(call)) throw new WidgetFailure('there is no recording to stop')
      return { event: 'success', outputs: {} }
    }
    const channels = step.text(properties.recording_channels, 'recording_channels')
    const outputs = recorder.start(call, {
      channels: /^mono$/i.test(channels) ? 1 : 2,
      trim: /^(trim-silence|true)$/i.test(step.text(properties.trim, 'trim')),
      callback: callbackOf(step, properties),
    })
    return { event: 'success', outputs }
  },
})

type CallbackProperties = Readonly<
  Record<
    'recording_status_callback' | 'recording_status_callback_method' | 'recording_status_callback_events',
    string
  >
>

function callbackOf(step: Step, properties: CallbackProperties): RecordingCallback | undefined {
  const read = (name: keyof CallbackProperties) => step.text(properties[name], name).trim()
  const url = read('recording_status_callback')
  if (url === '') return undefined
  const named = read('recording_status_callback_events').split(/[\s,]+/)
  const wanted = known.filter((event) => named.includes(event))
  return {
    url,
    method: /^get$/i.test(read('recording_status_callback_method')) ? 'GET' : 'POST',
    events: wanted.length > 0 ? wanted : ['completed'],
  }
}
