import type { z } from 'zod'
import { ParleyError } from '../base/errors.js'

/** Checks what a request gives. @throws ParleyError `http_bad_request` naming the first value that is wrong */
export function checked<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ParleyError('http_bad_request', `${issue?.path.join('.')}: ${issue?.message}.`)
}
