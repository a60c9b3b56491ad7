import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Account } from '../account/account.js'
import { type Keys, secretDigest } from '../resources/keys.js'
import { refuse } from './api-error.js'

/** Lets requests of the account through: by its SID and token, or by an API key and its secret. @throws ApiError 20003 */
export function requireAccount(
  account: Account,
  keys: Pick<Keys, 'get'>,
): (request: FastifyRequest) => Promise<void> {
  const own = secretDigest(account.authToken)
  return async ({ headers, params }) => {
    const [, encoded = ''] = /^Basic +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
    const expected = user === account.sid ? own : keys.get(user)?.secretDigest
    const given = secretDigest(rest.join(':'))
    const right = timingSafeEqual(Buffer.from(given), Buffer.from(expected ?? own))
    const { account: named = account.sid } = params as { account?: string }
    if (expected === undefined || !right || bare(named) !== account.sid) refuse(20003)
  }
}

/** A SID out of a path, with or without the ending that tells the answer's format. */
export function bare(sid: string): string {
  return sid.replace(/\.json$/, '')
}
