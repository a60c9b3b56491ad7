import type { Handshake, Refusal } from './vendor-server.js'

export const azureKey = '0123456789abcdef0123456789abcdef'

/** A message of the Speech service's protocol: headers, and what follows them. */
export interface AzureMessage {
  readonly path: string
  readonly requestId: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const line = '\r\n'
const fresh = () => crypto.randomUUID().replaceAll('-', '')

function readHeaders(text: string): Record<string, string> {
  const lines = text.split(line).filter(Boolean)
  return Object.fromEntries(
    lines.map((one) => {
      const colon = one.indexOf(':')
      return [one.slice(0, colon).trim().toLowerCase(), one.slice(colon + 1).trim()]
    }),
  )
}

function messageOf(headers: Record<string, string>, body: string): AzureMessage {
  return { path: headers['path'] ?? '', requestId: headers['x-requestid'] ?? '', headers, body }
}

/** A text message: headers, an empty line, the body. */
export function readText(text: string): AzureMessage {
  const end = text.indexOf(line + line)
  return messageOf(readHeaders(text.slice(0, end)), text.slice(end + 4))
}

/** A binary message: the length of the headers in two bytes, the headers, the audio. */
export function readBinary(bytes: Buffer): AzureMessage & { readonly audio: Buffer } {
  const bodyAt = 2 + bytes.readUInt16BE(0)
  return { ...messageOf(readHeaders(bytes.toString('utf8', 2, bodyAt)), ''), audio: bytes.subarray(bodyAt) }
}

/** What is wrong with a client's message, by the service's rules for headers. */
export function wrongIn({ path, requestId, headers }: AzureMessage): string | undefined {
  if (!path) return 'a message without Path'
  if (!/^[0-9a-f]{32}$/i.test(requestId)) return `${path} without X-RequestId`
  return headers['x-timestamp'] ? undefined : `${path} without X-Timestamp`
}

export function textMessage(path: string, requestId: string, body: object): string {
  const headers = [`X-RequestId:${requestId}`, 'Content-Type:application/json; charset=utf-8', `Path:${path}`]
  return headers.join(line) + line + line + JSON.stringify(body)
}

export function audioMessage(requestId: string, streamId: string, audio: Buffer): Buffer {
  const fields = [`X-RequestId:${requestId}`, `X-StreamId:${streamId}`, 'Path:audio', '']
  const headers = Buffer.from(fields.join(line))
  const length = Buffer.alloc(2)
  length.writeUInt16BE(headers.length)
  return Buffer.concat([length, headers, audio])
}

/** The body of `turn.start`. */
export const turnStart = () => ({ context: { serviceTag: fresh() } })

/** Why a handshake to one of these paths is refused. */
export function refusalOf({ url, headers }: Handshake, paths: RegExp): Refusal | undefined {
  if (!paths.test(url.pathname)) return { status: 404, body: '' }
  if (headers['ocp-apim-subscription-key'] !== azureKey) return azureRefusal(401)
  const connection = headers['x-connectionid']
  if (!/^[0-9a-f]{32}$/i.test(String(connection))) return { status: 400, body: 'X-ConnectionId' }
  return undefined
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Access denied due to invalid subscription key or wrong API endpoint.',
  403: 'Out of call volume quota.',
  429: 'Too many requests: the number of concurrent requests is exceeded.',
  500: 'Internal server error.',
}

/** A handshake that is refused as API Management in front of the service refuses it. */
export function azureRefusal(status: number): Refusal {
  return { status, body: { error: { code: String(status), message: reasons[status] } } }
}
