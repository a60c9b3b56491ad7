import { Agent, type Dispatcher } from 'undici'
import { type HostMap, mapHost } from '../../base/host-map.js'
import type { Fields, HttpAnswer, HttpRequest } from '../execution/ports.js'

/** Largest answer, in bytes, as on the vendor's service. */
const MOST_BYTES = 65_536

export interface HttpClientOptions {
  readonly hosts: HostMap
  /** Headers that prove who asks. */
  readonly sign: (url: string, form: Fields) => Fields
}

/** Asks servers for flows. Redirects are not followed; deadlines are the caller's. */
export class HttpClient {
  private readonly agent = new Agent({ connect: { timeout: 5000 }, keepAliveTimeout: 1000 })

  constructor(private readonly options: HttpClientOptions) {}

  /** @see FlowWorld.request */
  async request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { hosts, sign } = this.options
    const known = new URL(request.url)
    const credentials = credentialsOf(known)
    known.username = known.password = known.hash = ''
    const { url, host } = mapHost(known, hosts)
    const { statusCode, headers, body } = await this.agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      signal,
      headers: {
        accept: '*/*',
        'user-agent': 'Parley',
        ...(host !== undefined && { host }),
        ...credentials,
        ...request.headers,
        ...sign(known.href, request.form),
      },
      ...(request.body !== undefined && { body: request.body }),
    })
    const plain = plainHeaders(headers)
    return {
      status: statusCode,
      headers: plain,
      contentType: plain['content-type'] ?? '',
      body: await textOf(body),
    }
  }

  close(): Promise<void> {
    return this.agent.destroy()
  }
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

async function textOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    size += piece.length
    if (size > MOST_BYTES) throw new Error('the answer is larger than 64 KB')
    pieces.push(piece)
  }
  return Buffer.concat(pieces, size).toString('utf8')
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value ?? []].flat().join(', ')]),
  )
}
