import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { ApiError } from '../errors/index.js'

/** Bounds the account's requests in a minute; every answer tells what is left. @param perMinute 0 for no bound */
export async function limitRate(app: FastifyInstance, perMinute: number): Promise<void> {
  if (perMinute === 0) return
  await app.register(rateLimit, {
    global: true,
    max: perMinute,
    timeWindow: 60_000,
    // After the key was checked: strangers do not use up what belongs to the account.
    hook: 'preParsing',
    keyGenerator: () => 'account',
    addHeadersOnExceeding: headers,
    addHeaders: { ...headers, 'retry-after': true },
    errorResponseBuilder: () => new ApiError({ code: '10011' }),
  })
}

const headers = { 'x-ratelimit-limit': true, 'x-ratelimit-remaining': true, 'x-ratelimit-reset': true }
