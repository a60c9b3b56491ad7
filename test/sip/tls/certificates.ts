import { generate } from 'selfsigned'
import type { TlsSettings } from '../../../src/sip/tls/tls-sockets.js'

type AltNames = { type: 2 | 6 | 7; value?: string; ip?: string }[]

/** A certificate that its owner signed, for these names. */
export async function certificateFor(
  altNames: AltNames,
  commonName = 'test',
): Promise<{ cert: string; key: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  })
  return { cert, key }
}

/** Settings of an end with this certificate that trusts those of `ca`. */
export function settings(
  pair: { cert: string; key: string },
  changes: Partial<TlsSettings> = {},
): TlsSettings {
  return { ...pair, clientCert: false, verify: true, minVersion: 'TLSv1.2', ...changes }
}
