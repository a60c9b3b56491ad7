import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { refuse } from '../errors/index.js'

/** Lets requests through that carry the API key as Bearer token. @throws ApiError 10009 */
export function requireKey(apiKey: string): (request: FastifyRequest) => Promise<void> {
  const right = digest(apiKey)
  return async ({ headers }) => {
    const token = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim() ?? ''
    // Digests are of one length, which the comparison in constant time asks for.
    if (!timingSafeEqual(digest(token), right)) refuse('10009')
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
