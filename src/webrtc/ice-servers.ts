import { createHmac } from 'node:crypto'

/** A STUN or TURN server of the configuration. */
export interface IceServer {
  /** `stun:host:port`, `turn:host:port?transport=udp`, `turns:…`. */
  readonly url: string
  readonly username?: string | undefined
  readonly credential?: string | undefined
  /** Shared with the TURN server, which takes credentials made of it (coturn's `use-auth-secret`). */
  readonly secret?: string | undefined
}

/** A server with credentials that can be used now: what browsers are given. */
export interface UsableIceServer {
  readonly urls: string
  readonly username?: string
  readonly credential?: string
}

/** Seconds that credentials made of a secret are good for. */
const GOOD_FOR_S = 12 * 3600

/** @param now ms since the Unix epoch */
export function usable({ url, username, credential, secret }: IceServer, now: number): UsableIceServer {
  if (secret !== undefined) {
    const name = `${Math.floor(now / 1000) + GOOD_FOR_S}:${username ?? 'parley'}`
    const password = createHmac('sha1', secret).update(name).digest('base64')
    return { urls: url, username: name, credential: password }
  }
  return { urls: url, ...(username !== undefined && { username, credential: credential ?? '' }) }
}

/** A `Link` header's value (RFC 9725 §4.6). */
export function linkHeader({ urls, username, credential }: UsableIceServer): string {
  const login =
    username === undefined
      ? ''
      : `; username="${quoted(username)}"; credential="${quoted(credential ?? '')}"; credential-type="password"`
  return `<${urls}>; rel="ice-server"${login}`
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}
