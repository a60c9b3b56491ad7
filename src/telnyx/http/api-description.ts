import type { z } from 'zod'

/** What the API document tells about a route. */
export interface ApiDescription {
  readonly summary: string
  readonly body?: z.ZodType
  /** What `data` of the answer is; absent where there is no body. */
  readonly answer?: z.ZodType
  /** Whether `data` is a page of them. */
  readonly list?: boolean
  /** Parameters of the query. */
  readonly query?: readonly string[]
}

declare module 'fastify' {
  interface FastifyContextConfig {
    api?: ApiDescription
  }
}
