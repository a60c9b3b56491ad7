import type { DetectionWish } from '../call/twilio-calls.js'
import type { Form } from './form.js'

/** @returns undefined where nobody asks, or keys are sent: Twilio ignores it then @throws ApiError */
export function machineDetectionOf(
  form: Form,
  told: DetectionWish['callback'] = callbackOf(form, 'AsyncAmdStatusCallback'),
): DetectionWish | undefined {
  const mode = form.one('MachineDetection', ['Enable', 'DetectMessageEnd', 'none'])
  const detection = {
    timeoutMs: (form.int('MachineDetectionTimeout', 3, 59) ?? 30) * 1000,
    speechThresholdMs: form.int('MachineDetectionSpeechThreshold', 1000, 6000) ?? 2400,
    speechEndThresholdMs: form.int('MachineDetectionSpeechEndThreshold', 500, 5000) ?? 1200,
    silenceTimeoutMs: form.int('MachineDetectionSilenceTimeout', 2000, 10_000) ?? 5000,
    async: form.bool('AsyncAmd') ?? false,
    callback: told,
  }
  if (mode === undefined || mode === 'none' || form.has('SendDigits')) return undefined
  return { mode, ...detection }
}

/** Of a participant: it takes part meanwhile. @throws ApiError */
export function detectionOfParticipant(form: Form): DetectionWish | undefined {
  const detection = machineDetectionOf(form, callbackOf(form, 'AmdStatusCallback'))
  return detection && { ...detection, async: true }
}

function callbackOf(form: Form, name: string): DetectionWish['callback'] {
  const url = form.url(name)
  return url === undefined ? undefined : { url, method: form.method(`${name}Method`) ?? 'POST' }
}
