import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const openAiKey = 'sk-secret-key'

/** A request as the server had it. */
export interface Asked {
  readonly path: string
  /** The JSON body, or the fields of the form but its file. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly file?: { readonly name: string; readonly bytes: Buffer } | undefined
  /** Whether the client went away before the answer was complete. */
  gone: boolean
  readonly response: ServerResponse
}

type Answer = (asked: Asked) => void

/** `/v1/audio/speech` and `/v1/audio/transcriptions` of platform.openai.com/docs/api-reference/audio. */
export class OpenAi {
  readonly asked: Asked[] = []
  /** What a request that is in order gets. */
  answer: Answer = () => {}
  private readonly http = createServer((request, response) => void this.take(request, response))

  /** @param port where it listens; 0 takes a free one */
  static async start(port = 0): Promise<OpenAi> {
    const server = new OpenAi()
    server.http.listen(port, '127.0.0.1')
    await once(server.http, 'listening')
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/v1`
  }

  async close(): Promise<void> {
    this.http.closeAllConnections()
    this.http.close()
    await once(this.http, 'close')
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    const body = await bodyOf(request)
    const type = request.headers['content-type'] ?? ''
    const path = request.url ?? ''
    if (request.headers.authorization !== `Bearer ${openAiKey}`) {
      return failure(response, 401, 'Incorrect API key provided', 'invalid_request_error', 'invalid_api_key')
    }
    if (path === '/v1/audio/speech') {
      const fields = JSON.parse(body.toString()) as Record<string, unknown>
      const missing = ['model', 'input', 'voice'].find((name) => typeof fields[name] !== 'string')
      if (missing) return failure(response, 400, `Missing required parameter: '${missing}'.`)
      if (String(fields['input']).length > 4096) return failure(response, 400, 'string too long')
      return this.record({ path, fields, gone: false, response })
    }
    if (path !== '/v1/audio/transcriptions') return failure(response, 404, `Invalid URL (POST ${path})`)
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    const upload = form.get('file')
    if (!(upload instanceof File)) return failure(response, 400, "Missing required parameter: 'file'.")
    if (!/\.(flac|m4a|mp3|mp4|mpeg|mpga|oga|ogg|wav|webm)$/.test(upload.name)) {
      return failure(response, 400, `Invalid file format. ${upload.name}`)
    }
    if (typeof form.get('model') !== 'string')
      return failure(response, 400, 'you must provide a model parameter')
    const fields = Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'))
    const file = { name: upload.name, bytes: Buffer.from(await upload.arrayBuffer()) }
    this.record({ path, fields, file, gone: false, response })
  }

  private record(asked: Asked): void {
    asked.response.on('close', () => {
      asked.gone = !asked.response.writableEnded
    })
    this.asked.push(asked)
    this.answer(asked)
  }
}

/** OpenAI's error body. */
export function failure(
  response: ServerResponse,
  status: number,
  message: string,
  type = 'invalid_request_error',
  code: string | null = null,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ error: { message, type, param: null, code } }))
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
