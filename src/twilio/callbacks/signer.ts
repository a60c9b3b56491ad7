import { type HostMap, mapHost } from '../../base/host-map.js'
import { twilioSignature } from '../../twiml/index.js'

export interface SignerOptions {
  readonly authToken: string
  readonly hosts: HostMap
  /** Origin that apps reached by http on this machine have for the world. */
  readonly publicUrl?: string | undefined
}

/** Signs requests to apps with `X-Twilio-Signature`, for the URL that the app knows itself by. */
export type Signer = (
  url: string,
  form: Readonly<Record<string, string | readonly string[]>>,
) => Readonly<Record<string, string>>

/**
 * Apps check the signature against their public URL, put together from the Host header and, where they trust it,
 * X-Forwarded-Proto. Where Parley takes the proxy's place it sends both as the proxy would.
 */
export function createSigner({ authToken, hosts, publicUrl }: SignerOptions): Signer {
  return (text, form) => {
    const known = publicForm(text, publicUrl)
    const mapped = known === text ? mapHost(text, hosts).host !== undefined : true
    const { host, protocol } = new URL(known)
    return {
      'x-twilio-signature': twilioSignature(authToken, known, form),
      ...(mapped && { host, 'x-forwarded-proto': protocol.replace(':', '') }),
    }
  }
}

/** The URL under which the world knows what is at `text`. */
function publicForm(text: string, publicUrl: string | undefined): string {
  const url = new URL(text)
  if (publicUrl === undefined || url.protocol !== 'http:' || !isLoopback(url.hostname)) return text
  return publicUrl + url.pathname + url.search
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)
}
