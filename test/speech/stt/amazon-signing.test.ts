import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { afterEach, expect, it, vi } from 'vitest'
import { amazonSigning } from '../../../src/speech/stt/amazon-signing.js'

// Amazon's own handler, which its package brings along, is the judge.
const amazon = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-transcribe-streaming'))
const { eventStreamPayloadHandlerProvider } = amazon('@aws-sdk/eventstream-handler-node')
const { SignatureV4 } = amazon('@smithy/signature-v4')
const { fromUtf8, toUtf8 } = amazon('@smithy/core/serde')
const { Sha256Node } = amazon('@smithy/core/checksum')

const credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE0000PARLEY', secretAccessKey: 'wJalrXUtnFEMI' })
const signature = 'ab'.repeat(32)
const signed = {
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE0000PARLEY/20270101/eu-west-1/transcribe/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
}
/** Four events and the empty one at the end; the third is after midnight. */
const bodies = [3_200, 1, 0, 640, 0].map((length) => Uint8Array.from({ length }, (_, i) => i * 7))
const times = [0, 100, 400, 1_000_000, 2_000_000].map((ms) => Date.UTC(2026, 11, 31, 23, 59, 59, 800) + ms)

/** Amazon's account as a client has it. */
function account(systemClockOffset: number) {
  const region = async () => 'eu-west-1'
  const signer = new SignatureV4({ credentials, region, service: 'transcribe', sha256: Sha256Node })
  return {
    credentials,
    systemClockOffset,
    messageSigner: async () => signer,
    utf8Encoder: toUtf8,
    utf8Decoder: fromUtf8,
  }
}

type Handler = ReturnType<ReturnType<typeof amazonSigning>>

async function eventsBy(handler: Handler): Promise<Buffer[]> {
  const request = { headers: signed, body: Readable.from(bodies, { objectMode: true }) as unknown }
  const next = async () => {
    const events = await Readable.from(request.body as Readable).toArray()
    return { response: {}, output: { $metadata: {}, events } }
  }
  const { output } = await handler.handle(next, { request, input: {} })
  return (output as unknown as { events: Uint8Array[] }).events.map((event) => Buffer.from(event))
}

function clock(): () => number {
  let read = 0
  return () => times[read++]!
}

afterEach(() => {
  vi.restoreAllMocks()
})

it.each([0, 90_000])('signs as Amazon’s package does, its clock %i ms ahead', async (offset) => {
  const own = await eventsBy(amazonSigning(clock())(account(offset)))
  vi.spyOn(Date, 'now').mockImplementation(clock())
  const amazons = await eventsBy(eventStreamPayloadHandlerProvider(account(offset)))
  expect(own).toHaveLength(bodies.length)
  expect(own.map((event) => event.toString('hex'))).toEqual(amazons.map((event) => event.toString('hex')))
})

it('does not send what it cannot sign', async () => {
  const handler = amazonSigning()(account(0))
  const next = vi.fn()
  const request = { headers: { authorization: 'Bearer token' }, body: Readable.from([]) }
  await expect(handler.handle(next, { request, input: {} })).rejects.toThrow('is not signed')
  expect(next).not.toHaveBeenCalled()
})
