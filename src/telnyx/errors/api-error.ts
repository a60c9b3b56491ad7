import { type ApiErrorCode, type ApiErrorRow, catalogue } from './catalogue.js'

/** What is wrong with one part of a request. */
export interface ApiProblem {
  readonly code: ApiErrorCode
  /** In place of the catalogue's own sentence. */
  readonly detail?: string | undefined
  readonly title?: string | undefined
  /** In place of the catalogue's own: some codes have several. */
  readonly status?: number | undefined
  /** JSON pointer (RFC 6901) into the body. */
  readonly pointer?: string | undefined
  /** Name of the query parameter at fault. */
  readonly parameter?: string | undefined
}

/** Body of every error answer. */
export interface ErrorEnvelope {
  readonly errors: readonly {
    readonly code: string
    readonly title: string
    readonly detail: string
    readonly source?: { readonly pointer?: string; readonly parameter?: string }
    readonly meta?: { readonly url: string }
  }[]
}

/** A request that this API refuses, in Telnyx's terms. Its status is that of its first problem. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly problems: readonly ApiProblem[]

  constructor(...problems: readonly [ApiProblem, ...ApiProblem[]]) {
    super(problems.map(({ code, detail }) => `${code} ${detail ?? catalogue[code].detail}`).join('; '))
    this.problems = problems
  }

  get status(): number {
    const [first] = this.problems
    return first!.status ?? catalogue[first!.code].status
  }

  get body(): ErrorEnvelope {
    return { errors: this.problems.map(entry) }
  }
}

/** Refuses with one problem. */
export function refuse(code: ApiErrorCode, detail?: string, pointer?: string): never {
  throw new ApiError({ code, detail, pointer })
}

/** What is asked for cannot be done at the moment: tried again later it can. */
export function unavailable(detail = 'Service unavailable'): ApiError {
  return new ApiError({ code: '10007', status: 503, title: 'Service unavailable', detail })
}

function entry({ code, detail, title, pointer, parameter }: ApiProblem): ErrorEnvelope['errors'][number] {
  const row: ApiErrorRow = catalogue[code]
  const source = { ...(pointer !== undefined && { pointer }), ...(parameter !== undefined && { parameter }) }
  return {
    code,
    title: title ?? row.title,
    detail: detail ?? row.detail,
    ...(Object.keys(source).length > 0 && { source }),
    // As on real answers: only those about the request as a whole say where to read more.
    ...(row.status === 401 && {
      meta: { url: `https://developers.telnyx.com/docs/overview/errors/${code}` },
    }),
  }
}
