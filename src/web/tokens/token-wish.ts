import { z } from 'zod'
import type { TokenGrant } from './call-token.js'

/** Seconds that a token is good for unless told, and at most. */
const TOKEN_SECONDS = 300
const MOST_TOKEN_SECONDS = 86_400

/** What a token is asked for with. */
export interface TokenWish extends TokenGrant {
  /** Seconds. */
  readonly expiresIn: number
}

const schema = z.object({
  to: z.string().min(1).max(256).optional(),
  client: z
    .string()
    .regex(/^[\w.+*#@-]{1,64}$/, '64 letters, digits and . _ + * # @ - at most')
    .optional(),
  expiresIn: z
    .int(`a whole number of seconds up to ${MOST_TOKEN_SECONDS}`)
    .min(1)
    .max(MOST_TOKEN_SECONDS)
    .default(TOKEN_SECONDS),
})

/** @returns what is wrong, in a sentence, where it cannot be had */
export function readTokenWish(value: unknown): TokenWish | string {
  const read = schema.safeParse(value ?? {})
  if (!read.success) return `${read.error.issues[0]?.path.join('.')}: ${read.error.issues[0]?.message}.`
  const { to, client } = read.data
  if (to !== undefined || client !== undefined) return read.data
  return 'Say what may be dialled (to), or which name registered (client).'
}
