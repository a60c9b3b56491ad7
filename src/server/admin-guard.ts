import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { ParleyError } from '../base/errors.js'
import type { AdminSessions } from './admin-sessions.js'

/** Name of the cookie that carries a session's secret. */
export const sessionCookie = 'parley_session'

/** Lets a request pass, or throws. */
export type AdminGuard = (request: FastifyRequest) => Promise<void>

/**
 * Lets a request see the records of calls: with the admin key as Bearer token, or by a session that was opened with it;
 * where no key is set, from this machine alone. Pages of other sites are kept out whatever their visitor may do.
 *
 * @throws ParleyError `admin_key_required`
 */
export function adminGuard(adminKey: string | undefined, sessions: AdminSessions): AdminGuard {
  return async (request) => {
    if (adminKey === undefined) {
      if (isLocal(request) && isOfOwnPage(request)) return
    } else if (hasKey(request, adminKey) || (isOfOwnPage(request) && sessions.has(sessionOf(request)))) return
    throw new ParleyError('admin_key_required')
  }
}

/** The session's secret that a request carries; '' where there is none. */
export function sessionOf({ headers }: FastifyRequest): string {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name, value = ''] = pair.trim().split('=', 2)
    if (name === sessionCookie) return value
  }
  return ''
}

/** Whether two texts are the same; how long that takes does not tell how much of them is. */
export function sameSecret(one: string, other: string): boolean {
  // Digests are of one length, which the comparison in constant time asks for.
  return timingSafeEqual(digest(one), digest(other))
}

function hasKey({ headers }: FastifyRequest, adminKey: string): boolean {
  const token = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim() ?? ''
  return sameSecret(token, adminKey)
}

/** Not sent by a page of another site: browsers tell by `Origin`, other programs have none. Proxies may change `Host`. */
function isOfOwnPage({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  return URL.canParse(origin) && [host, headers['x-forwarded-host']].includes(new URL(origin).host)
}

/**
 * From this machine and addressed as this machine: a page elsewhere that points its own name at 127.0.0.1 (DNS
 * rebinding) and a proxy here that serves others are not.
 */
function isLocal({ socket, headers }: FastifyRequest): boolean {
  if (headers['x-forwarded-for'] || headers.forwarded) return false
  const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return (peer === '::1' || peer.startsWith('127.')) && (host === 'localhost' || isIP(host) !== 0)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
