import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AwsError, AwsSignature, sha256 } from './support/aws-account.js'

/** `SynthesizeSpeech` of a client. */
export interface Synthesis {
  readonly fields: Readonly<Record<string, unknown>>
  /** Whether the client went away before the answer was complete. */
  gone: boolean
  readonly response: ServerResponse
}

const fields = ['Engine', 'LanguageCode', 'LexiconNames', 'OutputFormat', 'SampleRate', 'SpeechMarkTypes']
const known = [...fields, 'Text', 'TextType', 'VoiceId']
const CHARACTERS_MOST = 3000

/** `SynthesizeSpeech` (docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html). */
export class Polly {
  readonly asked: Synthesis[] = []
  /** How often anything was asked for. */
  requests = 0
  /** What a request that is in order gets. */
  answer: (synthesis: Synthesis) => void = (synthesis) => speak(synthesis, 200)
  private readonly http = createServer((request, response) => void this.take(request, response))

  static async start(): Promise<Polly> {
    const server = new Polly()
    server.http.listen(0, '127.0.0.1')
    await once(server.http, 'listening')
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.http.closeAllConnections()
    this.http.close()
    await once(this.http, 'close')
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    this.requests++
    try {
      const body = await bodyOf(request)
      const { method, url, headers } = request
      new AwsSignature('polly', { method: String(method), path: String(url), headers, payload: sha256(body) })
      if (method !== 'POST' || url !== '/v1/speech') {
        throw { status: 404, type: 'UnknownOperationException', message: String(url) } satisfies AwsError
      }
      const wanted = JSON.parse(body.toString()) as Record<string, unknown>
      const wrong = wrongIn(wanted)
      if (wrong) throw wrong
      const synthesis = { fields: wanted, gone: false, response }
      response.on('close', () => {
        synthesis.gone = !response.writableEnded
      })
      this.asked.push(synthesis)
      this.answer(synthesis)
    } catch (thrown) {
      refuse(response, thrown as AwsError)
    }
  }
}

/** Sends the whole speech. */
export function speak(synthesis: Synthesis, ms: number): void {
  sound(synthesis, ms)
  synthesis.response.end()
}

/** Sends so many ms of speech, in pieces that begin and end within samples. */
export function sound({ fields: wanted, response }: Synthesis, ms: number): void {
  if (!response.headersSent) {
    response.writeHead(200, { 'content-type': 'audio/pcm', 'x-amzn-requestcharacters': '19' })
  }
  const samples = (Number(wanted['SampleRate']) * ms) / 1000
  const bytes = Buffer.concat(Array.from({ length: samples }, (_, i) => Buffer.from([(i % 100) + 1, 1])))
  response.write(bytes.subarray(0, 101))
  response.write(bytes.subarray(101))
}

/** Refuses as Polly does. */
export function refuse(response: ServerResponse, { status, type, message }: AwsError): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
  response.end(JSON.stringify({ message }))
}

/** What of a request Polly does not take. */
function wrongIn(wanted: Readonly<Record<string, unknown>>): AwsError | undefined {
  const invalid = (type: string, message: string): AwsError => ({ status: 400, type, message })
  const unknown = Object.keys(wanted).find((name) => !known.includes(name))
  if (unknown) return invalid('ValidationException', `unknown member ${unknown}`)
  const missing = ['OutputFormat', 'Text', 'VoiceId'].find((name) => typeof wanted[name] !== 'string')
  if (missing) return invalid('ValidationException', `Value null at '${missing}'`)
  if (wanted['OutputFormat'] !== 'pcm') return invalid('ValidationException', String(wanted['OutputFormat']))
  if (!['8000', '16000'].includes(String(wanted['SampleRate']))) {
    return invalid('InvalidSampleRateException', 'The specified sample rate is not valid.')
  }
  const engine = wanted['Engine'] ?? 'standard'
  if (!['standard', 'neural', 'long-form', 'generative'].includes(String(engine))) {
    return invalid('ValidationException', `Value '${String(engine)}' at 'engine'`)
  }
  const text = String(wanted['Text'])
  const spoken = wanted['TextType'] === 'ssml' ? text.replace(/<[^>]*>/g, '') : text
  if (spoken.length > CHARACTERS_MOST) return invalid('TextLengthExceededException', 'Maximum text length')
  if (wanted['TextType'] === 'ssml' && !/^<speak>.*<\/speak>$/s.test(text)) {
    return invalid('InvalidSsmlException', 'Invalid SSML request')
  }
  return undefined
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
