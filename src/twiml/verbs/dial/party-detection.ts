import type { MachineDetection } from '../../callbacks/answered-by.js'
import { method, optionalChoice, optionalText, whole } from '../../document/fields.js'
import type { Attributes } from '../../document/reader.js'

/** Attributes by which it is told who answered; times in ms, but for the time limit in s. */
export const detectionFields = {
  machineDetection: optionalChoice(['Enable', 'DetectMessageEnd', 'none']),
  machineDetectionTimeout: whole(3, 60, 30),
  machineDetectionSpeechThreshold: whole(1000, 6000, 2400),
  machineDetectionSpeechEndThreshold: whole(500, 5000, 1200),
  machineDetectionSilenceTimeout: whole(2000, 10_000, 5000),
  amdStatusCallback: optionalText,
  amdStatusCallbackMethod: method,
}

/** How it is told who answered, and whom. */
export interface PartyDetection extends MachineDetection {
  readonly callback: { readonly url: string | undefined; readonly method: 'GET' | 'POST' }
}

/** @returns undefined where nobody asks, or keys are sent: as with calls of the API */
export function detectionOf(
  read: Attributes<typeof detectionFields>,
  sendDigits: string | undefined,
): PartyDetection | undefined {
  const { machineDetection: mode } = read
  if (mode === undefined || mode === 'none' || sendDigits !== undefined) return undefined
  return {
    mode,
    timeoutMs: read.machineDetectionTimeout * 1000,
    speechThresholdMs: read.machineDetectionSpeechThreshold,
    speechEndThresholdMs: read.machineDetectionSpeechEndThreshold,
    silenceTimeoutMs: read.machineDetectionSilenceTimeout,
    callback: { url: read.amdStatusCallback, method: read.amdStatusCallbackMethod },
  }
}
