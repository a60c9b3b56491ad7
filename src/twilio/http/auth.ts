import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Account } from '../account/account.js'
import { refuse } from './api-error.js'

/** Lets requests of the account through: by its SID and token, or by an API key and its secret. @throws ApiError 20003 */
export function requireAccount(account: Account): (request: FastifyRequest) => Promise<void> {
  const secrets = new Map([...Object.entries(account.apiKeys), [account.sid, account.authToken]])
  return async ({ headers, params }) => {
    const [, encoded = ''] = /^Basic +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
    const secret = secrets.get(user)
    const right = timingSafeEqual(digest(rest.join(':')), digest(secret ?? ''))
    const { account: named = account.sid } = params as { account?: string }
    if (secret === undefined || !right || bare(named) !== account.sid) refuse(20003)
  }
}

/** A SID out of a path, with or without the ending that tells the answer's format. */
export function bare(sid: string): string {
  return sid.replace(/\.json$/, '')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
