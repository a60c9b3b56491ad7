import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { ParleyError } from '../base/errors.js'

/**
 * Lets a request see the records of calls: with the admin key as Bearer token, or, where no key is set, from this
 * machine alone.
 *
 * @throws ParleyError `admin_key_required`
 */
export function adminGuard(adminKey: string | undefined): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (adminKey ? hasKey(request, adminKey) : isLocal(request)) return
    throw new ParleyError('admin_key_required')
  }
}

function hasKey(request: FastifyRequest, adminKey: string): boolean {
  const token = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1]?.trim() ?? ''
  // Digests are of one length, which the comparison in constant time asks for.
  return timingSafeEqual(digest(token), digest(adminKey))
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
