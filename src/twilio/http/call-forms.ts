import type { RecordingEvent, RecordingWish } from '../call/recorder.js'
import type { StatusWish } from '../call/status.js'
import { type CallInstructions, instructions, instructionsOf, type Placement } from '../call/twilio-calls.js'
import type { Application } from '../resources/applications.js'
import type { KeptThings } from '../resources/kept.js'
import { refuse } from './api-error.js'
import { machineDetectionOf } from './detection-form.js'
import type { Form } from './form.js'

const maxTwiml = 4000
const progress = ['initiated', 'ringing', 'answered', 'completed'] as const
const recordingEvents: readonly RecordingEvent[] = ['in-progress', 'completed', 'absent']

/** @throws ApiError where a call cannot be made of it */
export function placementOf(form: Form, wish: CallWish): Placement {
  const to = form.text('To') ?? refuse(21201)
  const [caller, callerId] = [form.text('From'), form.text('CallerId')]
  const from = callerId ?? caller ?? refuse(21213)
  const { application, ...instructions } = wish
  const username = form.text('SipAuthUsername')
  const password = form.text('SipAuthPassword') ?? ''
  return {
    to,
    from,
    fromDisplayName: form.text('CallerDisplayName'),
    instructions,
    status: statusWish(form, ['completed']) ?? statusOf(application),
    answerTimeoutMs: Math.min(form.int('Timeout', 1, 600) ?? 60, 600) * 1000,
    timeLimitMs: seconds(form.int('TimeLimit', 1, 86_400)),
    sendDigits: digits(form),
    machineDetection: machineDetectionOf(form),
    recording: form.bool('Record') ? recordingWish(form, 'OutboundAPI', 'trim-silence') : undefined,
    credentials: username === undefined ? undefined : { username, password },
  }
}

/** What a call is to do, and the application that says so. */
export type CallWish = CallInstructions & { readonly application?: Application }

/** What the call is to do: what an application says, else a URL, else TwiML. @throws ApiError */
export function instructionsOfForm(form: Form, applications: KeptThings<Application>): CallWish | undefined {
  const sid = form.text('ApplicationSid')
  if (sid !== undefined) {
    const application = applications.get(sid) ?? refuse(21218)
    const wish = instructionsOf(application) ?? refuse(21205, 'The application has no VoiceUrl')
    return { ...wish, parameters: { ApplicationSid: sid }, application }
  }
  const url = form.url('Url', 21205)
  const fallback = form.url('FallbackUrl') ?? ''
  const fallbackMethod = form.method('FallbackMethod') ?? 'POST'
  if (url !== undefined) return instructions(url, form.method('Method') ?? 'POST', fallback, fallbackMethod)
  const twiml = form.text('Twiml')
  if (twiml === undefined) return undefined
  if (twiml.length > maxTwiml) refuse(20001, `Twiml must have at most ${maxTwiml} characters`)
  const later = fallback === '' ? undefined : { url: fallback, method: fallbackMethod }
  return { source: { twiml }, fallback: later }
}

/** @param events where none are named */
export function statusWish(form: Form, events: StatusWish['events']): StatusWish | undefined {
  const url = form.url('StatusCallback')
  if (url === undefined) return undefined
  return {
    url,
    method: form.method('StatusCallbackMethod') ?? 'POST',
    events: form.words('StatusCallbackEvent', progress) ?? events,
  }
}

/** @param trim where nothing is said of it @throws ApiError */
export function recordingWish(
  form: Form,
  source: string,
  trim: 'trim-silence' | 'do-not-trim',
): RecordingWish {
  const url = form.url('RecordingStatusCallback')
  return {
    source,
    channels: form.one('RecordingChannels', ['mono', 'dual']) === 'dual' ? 2 : 1,
    track: form.one('RecordingTrack', ['inbound', 'outbound', 'both']) ?? 'both',
    trim: (form.one('Trim', ['trim-silence', 'do-not-trim']) ?? trim) === 'trim-silence',
    callback:
      url === undefined
        ? undefined
        : {
            url,
            method: form.method('RecordingStatusCallbackMethod') ?? 'POST',
            events: form.words('RecordingStatusCallbackEvent', recordingEvents) ?? ['completed'],
          },
  }
}

function statusOf(application: Application | undefined): StatusWish | undefined {
  if (!application || application.statusCallback === '') return undefined
  const { statusCallback: url, statusCallbackMethod: method } = application
  return { url, method, events: ['completed'] }
}

function digits(form: Form): string {
  const text = form.text('SendDigits') ?? ''
  if (!/^[0-9#*wW]{0,32}$/.test(text)) refuse(20001, 'SendDigits must be up to 32 of 0-9 # * w W')
  return text
}

function seconds(count: number | undefined): number | undefined {
  return count === undefined ? undefined : count * 1000
}
