import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { ParleyError } from '../../base/errors.js'

/** What a call token allows. */
export interface TokenGrant {
  /** What may be dialled; `*`: anything; undefined: nothing. */
  readonly to?: string | undefined
  /** Name that may be registered, and that calls come from. */
  readonly client?: string | undefined
}

const header = encode({ alg: 'HS256', typ: 'JWT' })

const claims = z.object({
  to: z.string().optional(),
  client: z.string().optional(),
  exp: z.number(),
})

/**
 * Makes and checks call tokens: JWTs (RFC 7519) signed with HS256, and nothing else that calls itself a JWT.
 */
export class CallTokens {
  /**
   * @param key of this node's
   * @param now ms since the Unix epoch
   */
  constructor(
    private readonly key: Buffer,
    private readonly now: () => number,
  ) {}

  /** @param seconds until it expires */
  make({ to, client }: TokenGrant, seconds: number): { readonly token: string; readonly expiresAt: Date } {
    const issued = Math.floor(this.now() / 1000)
    const exp = issued + seconds
    const body = `${header}.${encode({ ...(to !== undefined && { to }), ...(client !== undefined && { client }), iat: issued, exp })}`
    return { token: `${body}.${this.sign(body)}`, expiresAt: new Date(exp * 1000) }
  }

  /** @throws ParleyError `web_token_invalid` */
  read(token: string): TokenGrant {
    const [head, payload, signature, ...more] = token.split('.')
    if (head !== header || payload === undefined || signature === undefined || more.length > 0)
      throw invalid()
    if (!same(signature, this.sign(`${head}.${payload}`))) throw invalid()
    const read = claims.safeParse(decode(payload))
    if (!read.success) throw invalid()
    const { exp, ...grant } = read.data
    if (exp * 1000 <= this.now()) throw new ParleyError('web_token_invalid', 'The call token has expired.')
    return grant
  }

  private sign(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url')
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function invalid(): ParleyError {
  return new ParleyError('web_token_invalid', 'The call token is not one that this node has signed.')
}
