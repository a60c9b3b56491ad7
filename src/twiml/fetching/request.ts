import type { CookieJar } from 'tough-cookie'

/** A request for a document. */
export interface DocumentRequest {
  /** Absolute http(s) URL. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** Form fields of a POST, or the query of a GET. */
  readonly parameters: Readonly<Record<string, string>>
}

/** What an app answered: with a status of 2xx, or it is no document. */
export interface FetchedDocument {
  /** Where it came from after redirects; relative URLs in it start there. */
  readonly url: string
  readonly status: number
  /** Without parameters, lower case; '' when there was none. */
  readonly contentType: string
  readonly text: string
}

/**
 * Fetches a document; the cookies of one call's requests share a jar.
 *
 * @throws DocumentError
 */
export type FetchDocument = (
  request: DocumentRequest,
  cookies: CookieJar,
  signal: AbortSignal,
) => Promise<FetchedDocument>
