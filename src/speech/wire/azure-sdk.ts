import type * as sdk from 'microsoft-cognitiveservices-speech-sdk'
import { VendorError, type VendorFault } from '../vendor-error.js'
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
  ConnectionFailure: 'connect',
  ServiceTimeout: 'timeout',
}

/** Why Azure cancelled something, as a vendor's error. */
export function azureError(
  azure: AzureSdk,
  code: number,
  details: string,
  settings: VendorSettings,
): VendorError {
  const name = azure.CancellationErrorCode[code] ?? ''
  // A key that is not right shows in the words only.
  const fault = /\b40[13]\b/.test(details) ? 'credentials' : (faults[name] ?? 'server')
  return new VendorError('azure', fault, `${name} ${details}`, { secrets: secretsOf(settings) })
}
