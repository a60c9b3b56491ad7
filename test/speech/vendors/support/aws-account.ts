import { createHash, createHmac } from 'node:crypto'
import { encodeDate } from './event-stream.js'

export const awsSettings = {
  apiKey: 'AKIDEXAMPLE0000PARLEY',
  apiSecret: 'wJalrXUtnFEMI/K7MDENG',
  region: 'eu-west-1',
}

/** An error of an AWS service: HTTP status, `x-amzn-ErrorType` and its message. */
export interface AwsError {
  readonly status: number
  readonly type: string
  readonly message: string
}

/** What of a request its signature covers. */
export interface SignedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** SHA-256 of the body in hex, or what stands for it. */
  readonly payload: string
}

export const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest()

const credential =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** A request's signature of version 4, checked as AWS checks it. @throws AwsError */
export class AwsSignature {
  private readonly key: Buffer
  private readonly scope: string
  private prior: string

  constructor(service: string, request: SignedRequest) {
    const match = credential.exec(String(request.headers['authorization'] ?? ''))
    if (!match) throw refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
    const [, id, scope, day, region, name, signed, signature] = match as unknown as string[]
    if (id !== awsSettings.apiKey) {
      throw refusal('UnrecognizedClientException', 'The security token included in the request is invalid.')
    }
    if (name !== service || region !== awsSettings.region) {
      throw refusal(
        'InvalidSignatureException',
        `Credential should be scoped to correct service: '${service}'.`,
      )
    }
    this.scope = scope!
    this.key = [day!, region!, name!, 'aws4_request'].reduce(
      hmac,
      Buffer.from(`AWS4${awsSettings.apiSecret}`),
    )
    const date = String(request.headers['x-amz-date'])
    const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical(request, signed!.split(';')))}`
    this.prior = hmac(this.key, text).toString('hex')
    if (this.prior !== signature) {
      throw refusal(
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided.',
      )
    }
  }

  /** Whether the next message of the request's event stream is signed. */
  covers(date: Date, signature: Buffer, body: Buffer): boolean {
    const time = date.toISOString().replace(/[-:]|\.\d{3}/g, '')
    const text = [
      'AWS4-HMAC-SHA256-PAYLOAD',
      time,
      this.scope,
      this.prior,
      sha256(encodeDate(date)),
      sha256(body),
    ]
    this.prior = hmac(this.key, text.join('\n')).toString('hex')
    return this.prior === signature.toString('hex')
  }
}

function canonical({ method, path, headers, payload }: SignedRequest, signed: string[]): string {
  const fieldOf = (name: string) => headers[name] ?? (name === 'host' ? headers[':authority'] : '')
  const lines = signed.map((name) => `${name}:${String(fieldOf(name)).trim().replace(/ +/g, ' ')}\n`)
  return `${method}\n${path}\n\n${lines.join('')}\n${signed.join(';')}\n${payload}`
}

const refusal = (type: string, message: string): AwsError => ({ status: 403, type, message })
