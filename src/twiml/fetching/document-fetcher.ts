import type { CookieJar } from 'tough-cookie'
import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../../base/clock.js'
import { type HostMap, mapHost } from '../../base/host-map.js'
import { MOST_DOCUMENT_BYTES } from '../document/parse-document.js'
import { DocumentError, problem } from '../document/problem.js'
import { fetchProblem, isConnectFailure } from './fetch-problem.js'
import type { DocumentRequest, FetchDocument, FetchedDocument } from './request.js'

export interface DocumentFetcherOptions {
  readonly clock: Clock
  readonly hosts: HostMap
  /** Headers that prove who asks. */
  readonly sign: SignRequest
  /** ms for one document, redirects included. Default 15,000, as on Twilio. */
  readonly timeoutMs?: number
}

/** @param url as the app knows it: with query, without fragment, credentials or host map */
export type SignRequest = (
  url: string,
  form: Readonly<Record<string, string>>,
) => Readonly<Record<string, string>>

/** Redirects followed, as on Twilio. */
const MOST_REDIRECTS = 10

const redirectStatuses = new Set([301, 302, 303, 307, 308])

/** Fetches documents over HTTP. A connection that cannot be made is tried once more. */
export class DocumentFetcher {
  private readonly agent = new Agent({ connect: { timeout: 5_000 }, keepAliveTimeout: 1_000 })

  constructor(private readonly options: DocumentFetcherOptions) {}

  readonly fetch: FetchDocument = async (request, cookies, signal) => {
    const { clock, timeoutMs = 15_000 } = this.options
    const late = new AbortController()
    const timer = clock.after(timeoutMs, () =>
      late.abort(new Error(`no answer within ${timeoutMs / 1000} s`)),
    )
    try {
      return await this.follow(request, cookies, AbortSignal.any([signal, late.signal]))
    } catch (thrown) {
      if (signal.aborted) throw signal.reason
      throw fetchProblem(request.url, late.signal.aborted ? late.signal.reason : thrown)
    } finally {
      timer.cancel()
    }
  }

  close(): Promise<void> {
    return this.agent.destroy()
  }

  private async follow(
    { url, method, parameters }: DocumentRequest,
    cookies: CookieJar,
    signal: AbortSignal,
  ): Promise<FetchedDocument> {
    let hop: Hop = { url: new URL(url), method, form: parameters }
    if (method === 'GET') hop = { url: withQuery(hop.url, parameters), method, form: {} }
    for (let redirects = 0; ; redirects++) {
      const response = await this.send(hop, cookies, signal)
      const { statusCode: status, headers } = response
      for (const cookie of [headers['set-cookie'] ?? []].flat()) {
        await cookies.setCookie(cookie, hop.url.href, { ignoreError: true })
      }
      const location = headers['location']
      if (!redirectStatuses.has(status) || typeof location !== 'string') return read(hop.url, response)
      await response.body.dump()
      if (redirects === MOST_REDIRECTS) {
        throw new DocumentError(
          problem('error', 'document_redirects', `${url}: more than ${MOST_REDIRECTS} redirects`),
        )
      }
      hop = redirected(hop, location, status)
    }
  }

  private async send(hop: Hop, cookies: CookieJar, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    try {
      return await this.sendOnce(hop, cookies, signal)
    } catch (thrown) {
      if (signal.aborted || !isConnectFailure(thrown)) throw thrown
      return this.sendOnce(hop, cookies, signal)
    }
  }

  private async sendOnce(
    hop: Hop,
    cookies: CookieJar,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { hosts, sign } = this.options
    const known = new URL(hop.url)
    known.username = known.password = known.hash = ''
    const { url, host } = mapHost(known, hosts)
    const cookie = await cookies.getCookieString(known.href)
    return this.agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: hop.method,
      signal,
      headers: {
        accept: 'text/xml, application/xml, */*;q=0.5',
        'user-agent': 'Parley',
        ...(host !== undefined && { host }),
        ...(cookie !== '' && { cookie }),
        ...credentials(hop.url),
        ...(hop.method === 'POST' && {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        }),
        ...sign(known.href, hop.form),
      },
      ...(hop.method === 'POST' && { body: new URLSearchParams(hop.form).toString() }),
    })
  }
}

/** One request on the way. */
interface Hop {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly form: Readonly<Record<string, string>>
}

/** RFC 9110 §15.4: 307 and 308 repeat the request, the others are fetched with GET and without the form. */
function redirected(hop: Hop, location: string, status: number): Hop {
  const url = new URL(location, hop.url)
  if (!/^https?:$/.test(url.protocol)) {
    throw new DocumentError(problem('error', 'webhook_url_invalid', `${url.href} is no http(s) URL`))
  }
  return status === 307 || status === 308 ? { ...hop, url } : { url, method: 'GET', form: {} }
}

function withQuery(url: URL, parameters: Readonly<Record<string, string>>): URL {
  const query = new URLSearchParams(parameters).toString()
  if (query === '') return url
  const whole = new URL(url)
  whole.search = url.search === '' ? query : `${url.search}&${query}`
  return whole
}

function credentials({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

async function read(url: URL, response: Dispatcher.ResponseData): Promise<FetchedDocument> {
  const { statusCode: status, headers, body } = response
  const [type = '', ...parameters] = String(headers['content-type'] ?? '').split(';')
  const contentType = type.trim().toLowerCase()
  if (status < 200 || status > 299) {
    const text = await bytesOf(url, body).then(
      (bytes) => decode(bytes, parameters),
      () => '',
    )
    const what = problem('error', 'document_fetch_failed', `${url.href}: the app answered ${status}`)
    throw new DocumentError(what, { url: url.href, status, contentType, text })
  }
  if (/^(audio|video)\//.test(contentType)) {
    body.on('error', () => {}).destroy()
    return { url: url.href, status, contentType, text: '' }
  }
  return { url: url.href, status, contentType, text: decode(await bytesOf(url, body), parameters) }
}

async function bytesOf(url: URL, body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > MOST_DOCUMENT_BYTES) {
      throw new DocumentError(
        problem('error', 'document_too_large', `${url.href}: the document is larger than 64 KB`),
      )
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces, size)
}

function decode(bytes: Uint8Array, parameters: readonly string[]): string {
  const charset = parameters
    .map((parameter) => /^\s*charset="?([^"]+)"?\s*$/i.exec(parameter)?.[1])
    .find(Boolean)
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}
