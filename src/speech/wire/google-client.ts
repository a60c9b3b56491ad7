import { VendorError, type VendorFault } from '../vendor-error.js'
import type { VendorSettings } from '../vendor-settings.js'
import { fromPackage } from './optional-package.js'

/** Options of a Google client: whose key it has, and where it goes. */
export type GoogleClientOptions = Record<string, unknown>

/**
 * What Google's clients are made with. `http://` and `ws://` reach a server without encryption or credentials, as those
 * for tests are.
 * @param packageName whose gRPC is used
 */
export function googleClientOptions(packageName: string, settings: VendorSettings): GoogleClientOptions {
  const { apiKey, keyFile, project, url } = settings
  const options: GoogleClientOptions = {
    ...(keyFile && { keyFilename: keyFile }),
    ...(project && { projectId: project }),
    ...(apiKey && { apiKey }),
  }
  if (url === undefined) return options
  const { hostname, port, protocol } = new URL(url)
  const plain = protocol === 'http:' || protocol === 'ws:'
  return {
    ...options,
    apiEndpoint: hostname,
    port: port === '' ? (plain ? 80 : 443) : Number(port),
    // Nor does it look for credentials, or for a project, then.
    ...(plain && { sslCreds: insecure(packageName), projectId: project ?? 'none' }),
  }
}

interface Gax {
  readonly grpc: { readonly credentials: { createInsecure(): unknown } }
}

function insecure(packageName: string): unknown {
  return fromPackage<Gax>(packageName, 'google-gax').grpc.credentials.createInsecure()
}

/** Status codes of gRPC (google.rpc.Code). */
const faults: Readonly<Record<number, VendorFault>> = {
  3: 'request',
  4: 'timeout',
  5: 'request',
  7: 'credentials',
  8: 'quota',
  14: 'connect',
  16: 'credentials',
}

/** What a Google client throws, as a vendor's error. */
export function googleError(vendor: string, thrown: unknown, settings: VendorSettings): VendorError {
  const code = codeOf(thrown)
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  // A key that Google does not know is an invalid argument to it.
  const fault = /API key not valid/i.test(message) ? 'credentials' : (faults[code] ?? 'server')
  return new VendorError(vendor, fault, message, {
    cause: thrown,
    secrets: settings.apiKey ? [settings.apiKey] : [],
  })
}

/** 0 where what was thrown has none. */
export function codeOf(thrown: unknown): number {
  const code = thrown instanceof Error && 'code' in thrown ? Number(thrown.code) : 0
  return Number.isInteger(code) ? code : 0
}
