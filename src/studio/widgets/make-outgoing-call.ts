import { messageOf } from '../../base/errors.js'
import { choice, flag, text, whole } from '../definition/fields.js'
import { WidgetFailure } from '../execution/interruptions.js'
import type { DetectionWish, Fields, PlacedCall, PlacedCallWish } from '../execution/ports.js'
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
  machine_detection_speech_threshold: text,
  machine_detection_speech_end_threshold: text,
  machine_detection_silence_timeout: text,
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
  const detection = detectionOf(step, given)
  const [username, password] = [read('sip_auth_username'), read('sip_auth_password')]
  const { outcome, fields, call } = await place(step, {
    to: read('to') || contact.channel.address,
    from: read('from') || flow.channel.address,
    answerTimeoutMs: seconds ? seconds * 1000 : RING_MS,
    flowSid: parts.flowSid,
    ...(username !== '' && { credentials: { username, password } }),
  })
  if (outcome === 'busy') return { event: 'busy', outputs: fields }
  if (outcome === 'no-answer') return { event: 'noAnswer', outputs: fields }
  if (outcome !== 'answered' || !call) {
    parts.warn('flow_call_failed', `the call to ${fields['To']} is ${outcome}`)
    return { event: 'failed', outputs: fields }
  }
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
  const found = detection && digits === '' ? await step.world.detect(call, detection, parts.signal) : {}
  return { event: answerOf(step, found), outputs: { ...fields, ...found } }
}

/** @throws WidgetFailure where it cannot even be tried, the signal's reason */
async function place({ world, parts }: Step, wish: PlacedCallWish): Promise<PlacedCall> {
  try {
    return await world.place(wish, parts.signal)
  } catch (thrown) {
    parts.signal.throwIfAborted()
    throw new WidgetFailure(messageOf(thrown), 'flow_call_failed')
  }
}

/** The first generation of the widget has a way of its own for machines. */
function answerOf(step: Step, { AnsweredBy = '' }: Fields): string {
  const machine = /^(machine|fax)/.test(AnsweredBy)
  return machine && step.leadsOn('answeredByMachine') ? 'answeredByMachine' : 'answered'
}

/** How it is to be told who answered; undefined where nobody asks. Bounds and defaults are those of the vendor's API. */
function detectionOf(step: Step, given: Properties): DetectionWish | undefined {
  const mode = step.text(given.machine_detection, 'machine_detection').trim().toLowerCase()
  const asked = step.flag(given.detect_answering_machine, 'detect_answering_machine')
  const named = mode === 'enable' || mode === 'detectmessageend'
  if (!(asked ?? named)) return undefined
  const ms = (name: keyof Properties, min: number, max: number, fallback: number) =>
    step.whole(given[name], name, min, max) ?? fallback
  return {
    mode: mode === 'detectmessageend' ? 'DetectMessageEnd' : 'Enable',
    timeoutMs: 1000 * ms('machine_detection_timeout', 3, 59, 30),
    speechThresholdMs: ms('machine_detection_speech_threshold', 1000, 6000, 2400),
    speechEndThresholdMs: ms('machine_detection_speech_end_threshold', 500, 5000, 1200),
    silenceTimeoutMs: ms('machine_detection_silence_timeout', 2000, 10_000, 5000),
  }
}

export const makeOutgoingCallV1 = makeOutgoingCall('make-outgoing-call-v1', ['answeredByMachine', 'hangup'])
export const makeOutgoingCallV2 = makeOutgoingCall('make-outgoing-call-v2', [])
