import type * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import { faultOfStatus, faultOfWords, VendorError, type VendorFault } from '../vendor-error.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'

/** Microsoft's own package, which is loaded when it is first used. */
export type AzureSdk = typeof sdk
export const azurePackage = 'microsoft-cognitiveservices-speech-sdk'

/** Ticks of 100 ns in a ms. */
export const TICKS_PER_MS = 10_000

/** Whose key is used, and where it goes. */
export function azureConfig(
  azure: AzureSdk,
  { apiKey = '', region = '', url }: VendorSettings,
): sdk.SpeechConfig {
  // It is not to tell Microsoft how it is used.
  azure.Recognizer.enableTelemetry(false)
  if (url === undefined) return azure.SpeechConfig.fromSubscription(apiKey, region)
  const { protocol, host } = new URL(url)
  const socket = protocol.replace(/^http/, 'ws')
  return azure.SpeechConfig.fromHost(new URL(`${socket}//${host}`), apiKey)
}

const faults: Readonly<Record<string, VendorFault>> = {
  AuthenticationFailure: 'credentials',
  Forbidden: 'credentials',
  BadRequest: 'request',
  BadRequestParameters: 'request',
  TooManyRequests: 'quota',
  ServiceTimeout: 'timeout',
}

/**
 * Why Azure cancelled something, as a vendor's error.
 * @param answered whether it had begun to answer
 */
export function azureError(
  azure: AzureSdk,
  code: number,
  details: string,
  settings: VendorSettings,
  answered: boolean,
): VendorError {
  const name = azure.CancellationErrorCode[code] ?? ''
  // How a handshake was refused shows in the words only.
  const refusal = /\bserver response: ([45]\d\d)\b/.exec(details)?.[1] ?? /\b40[13]\b/.exec(details)?.[0]
  const status = refusal === undefined ? undefined : Number(refusal)
  const broken = answered ? 'dropped' : 'connect'
  // It closes for a request that was wrong as for one too many, with one code.
  const busy = name.startsWith('BadRequest') && faultOfWords(details) === 'quota' ? 'quota' : undefined
  const cancelled = name === 'ConnectionFailure' ? broken : (busy ?? faults[name] ?? 'server')
  const fault = status === undefined ? cancelled : faultOfStatus(status)
  return new VendorError('azure', fault, `${name} ${details}`, { status, secrets: secretsOf(settings) })
}
