import type { FastifyRequest } from 'fastify'
import { ParleyError } from '../../base/errors.js'
import type { AdminGuard } from '../../server/index.js'
import type { CallTokens, TokenGrant } from '../tokens/call-token.js'

/** What whoever sent a request may do; `anything` for who may see the records of calls. */
export type Grant = TokenGrant & { readonly anything: boolean }

/** Who may call, and be called: who has a call token, and who passes the guard of the records. */
export class Access {
  constructor(
    private readonly tokens: CallTokens,
    private readonly guard: AdminGuard,
  ) {}

  /** @throws ParleyError `web_token_required`, `web_token_invalid` */
  async of(request: FastifyRequest): Promise<Grant> {
    const token = /^Bearer +(\S+\.\S+\.\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token !== undefined) return { ...this.tokens.read(token), anything: false }
    // Pages of other sites that only load something from here say so in this header alone.
    if (request.headers['sec-fetch-site'] === 'cross-site') throw new ParleyError('web_token_required')
    await this.guard(request).catch(() => {
      throw new ParleyError('web_token_required')
    })
    return { anything: true, to: '*' }
  }
}

/** Where a grant lets one call. @throws ParleyError `web_token_forbidden` */
export function destination(grant: Grant, asked: string | undefined): string {
  const allowed = grant.to
  if (allowed === undefined)
    throw new ParleyError('web_token_forbidden', 'The call token is not for calling.')
  const to = asked ?? (allowed === '*' ? undefined : allowed)
  if (to === undefined) throw new ParleyError('http_bad_request', 'to: say what is to be dialled.')
  if (allowed !== '*' && allowed !== to) {
    throw new ParleyError('web_token_forbidden', `The call token is not for calling "${to}".`)
  }
  return to
}

const name = /^[\w.+*#@-]{1,64}$/

/** The name that a grant lets one call as, or register. @throws ParleyError `web_token_forbidden`, `http_bad_request` */
export function nameFor(grant: Grant, asked: string | undefined): string | undefined {
  if (asked !== undefined && !name.test(asked)) {
    throw new ParleyError(
      'http_bad_request',
      `"${asked}" is no name: 64 letters, digits and . _ + * # @ - at most.`,
    )
  }
  if (grant.anything || asked === undefined || asked === grant.client) return asked ?? grant.client
  throw new ParleyError('web_token_forbidden', `The call token is not for the name "${asked}".`)
}
