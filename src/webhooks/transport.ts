import { Agent, request as httpRequest } from 'undici'
import type { HeaderList } from '../store/index.js'
import type { WebhookRequest } from './webhook.js'

export interface WebhookResponse {
  readonly status: number
  readonly headers: HeaderList
  /** Its beginning: at most 10,000 characters. */
  readonly body: string
}

/** Sends one request, following no redirect. @throws whatever keeps it from being answered, an abort among it */
export type SendRequest = (request: WebhookRequest, signal: AbortSignal) => Promise<WebhookResponse>

/** Characters of a response's body that are kept; as many as Telnyx lists. */
const bodyKept = 10_000
/** Bytes that are read of a response so that its connection can be used again. */
const bodyRead = 100_000

/** Sends by HTTP/1.1 over connections that are kept alive. */
export class HttpTransport {
  private readonly agent: Agent

  /** @param connections to one receiver at a time */
  constructor(connections: number) {
    // Deadlines are the caller's.
    this.agent = new Agent({ connections, headersTimeout: 0, bodyTimeout: 0 })
  }

  readonly send: SendRequest = async ({ method, url, headers, body }, signal) => {
    const response = await httpRequest(url, {
      dispatcher: this.agent,
      method,
      headers,
      body: method === 'GET' ? null : body,
      signal,
    })
    return {
      status: response.statusCode,
      headers: headerList(response.headers),
      body: await beginning(response.body),
    }
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    await this.agent.destroy()
  }
}

/** A status says all that matters: a body that breaks off, or does not end, is kept as far as it came. */
async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      size += chunk.length
      if (size > bodyRead) break
    }
  } catch {}
  return Buffer.concat(chunks).toString('utf8').slice(0, bodyKept)
}

function headerList(headers: Record<string, string | string[] | undefined>): HeaderList {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, one] as const),
  )
}
