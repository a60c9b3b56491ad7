import type { z } from 'zod'

/**
 * Names of the parameters that are taken and do nothing, as the platform takes what it does not know: services that are
 * not here, and misspelt names. Whoever wrote the app should be able to find out.
 */
export function withoutEffect(schema: z.ZodType, body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null || !('shape' in schema)) return []
  const known = Object.keys(schema.shape as object)
  return Object.entries(body)
    .filter(([name, value]) => value !== undefined && !known.includes(name))
    .map(([name]) => name)
}
