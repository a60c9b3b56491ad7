import { z } from 'zod'

/** Seconds that a token is good for unless told, and at most. */
export const TOKEN_SECONDS = 300
export const MOST_TOKEN_SECONDS = 86_400

/** What a token is asked for with. */
export const tokenWish = {
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
}
