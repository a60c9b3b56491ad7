import { choice, flag, text, whole } from '../definition/fields.js'
import { WidgetFailure } from '../execution/interruptions.js'
import type { Step } from '../execution/step.js'
import { document, verb } from '../execution/verbs.js'
import { type WidgetKind, widgetKind } from './widget-kind.js'

/** ms a phone rings where the flow does not say. */
const RING_MS = 60_000

const properties = {
  from: text,
  to: text,
  record: flag,
  recording_channels: choice(['mono', 'dual']),
  recording_status_callback: text,
  trim: choice(['true', 'false', 'trim-silence', 'do-not-trim']),
  detect_answering_machine: flag,
  machine_detection: text,
  machine_detection_timeout: text,
  send_digits: text,
  sip_auth_username: text,
  sip_auth_password: text,
  timeout: whole(0, 600),
}

type Properties = Readonly<Record<keyof typeof properties, string>>

/** Calls somebody; the flow then goes on with that call. */
function makeOutgoingCall(type: string, more: readonly string[]): WidgetKind {
  return widgetKind({
    type,
    events: ['answered', 'busy', 'noAnswer', 'failed', ...more],
    failure: 'failed',
    properties,
    run,
  })
}

async function run(step: Step, given: Properties) {
  const { parts } = step
  if (parts.call && !parts.call.over) throw new WidgetFailure('the flow is on a call already')
  const { contact, flow } = parts.variables
  const read = (name: keyof Properties) => step.text(given[name], name).trim()
  const seconds = step.whole(given.timeout, 'timeout', 0, 600)
  if (/^(enable|detect)/i.test(read('machine_detection')) || read('detect_answering_machine') === 'true') {
    parts.warn('answering machines are not detected')
  }
  const { outcome, fields, call } = await step.world.place(
    {
      to: read('to') || contact.channel.address,
      from: read('from') || flow.channel.address,
      answerTimeoutMs: seconds ? seconds * 1000 : RING_MS,
      flowSid: parts.flowSid,
    },
    parts.signal,
  )
  if (outcome === 'busy') return { event: 'busy', outputs: fields }
  if (outcome === 'no-answer') return { event: 'noAnswer', outputs: fields }
  if (outcome !== 'answered' || !call) return { event: 'failed', outputs: fields }
  parts.setCall(call)
  if (step.flag(given.record, 'record')) {
    const url = read('recording_status_callback')
    step.world.recorder.start(call, {
      channels: /^dual$/i.test(read('recording_channels')) ? 2 : 1,
      trim: /^(true|trim-silence)$/i.test(read('trim')),
      callback: url === '' ? undefined : { url, method: 'POST', events: ['completed'] },
    })
  }
  const digits = read('send_digits')
  if (digits !== '') await call.perform(document(verb('Play', { digits })), parts.signal)
  return { event: 'answered', outputs: fields }
}

export const makeOutgoingCallV1 = makeOutgoingCall('make-outgoing-call-v1', ['answeredByMachine', 'hangup'])
export const makeOutgoingCallV2 = makeOutgoingCall('make-outgoing-call-v2', [])
