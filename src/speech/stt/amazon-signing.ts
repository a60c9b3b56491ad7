import { pipeline, type Readable, Transform } from 'node:stream'
import type { TranscribeStreamingClientConfig } from '@aws-sdk/client-transcribe-streaming'
import { AwsEventSigner } from '../wire/aws-event-signer.js'

type HandlerProvider = NonNullable<TranscribeStreamingClientConfig['eventStreamPayloadHandlerProvider']>

/** What of a client's configuration the signatures need. */
interface Account {
  credentials(): Promise<{ readonly secretAccessKey: string }>
  /** ms by which this machine's clock is behind Amazon's, as far as the package knows. */
  readonly systemClockOffset?: number
}

/** A request as it goes out: signed itself, its body an object stream of events that are not. */
interface Outgoing {
  readonly headers: Readonly<Record<string, string>>
  body: unknown
}

/** The region and service that a request is signed for, and its signature (AWS Signature Version 4). */
const authorization = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request,.*Signature=(\w+)$/

/**
 * Signs the audio of a client's streams, in place of the handler of Amazon's package.
 * @param now wall time in ms since the Unix epoch: Amazon takes no event that is minutes off
 */
export function amazonSigning(now: () => number = Date.now): HandlerProvider {
  return (account: Account) => ({
    async handle(next, args) {
      const request = args.request as Outgoing
      const match = authorization.exec(request.headers['authorization'] ?? '')
      if (!match) throw new Error('the request of a stream is not signed')
      const [, region, service, signature] = match as unknown as [string, string, string, string]
      const { secretAccessKey: secret } = await account.credentials()
      const signer = new AwsEventSigner({ secret, region, service, signature })
      const signing = new Transform({
        objectMode: true,
        transform(body: Uint8Array, _encoding, done) {
          done(null, signer.sign(body, new Date(now() + (account.systemClockOffset ?? 0))))
        },
      })
      // It breaks only when the stream is given up; the answer tells what else goes wrong.
      pipeline(request.body as Readable, signing, () => {})
      request.body = signing
      return next(args)
    },
  })
}
