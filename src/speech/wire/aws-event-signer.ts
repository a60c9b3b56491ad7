import { createHmac, hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What the events of a request are signed with. */
export interface AwsEventKey {
  /** The account's secret access key. */
  readonly secret: string
  readonly region: string
  readonly service: string
  /** The request's own signature, in hex: that of the first event covers it. */
  readonly signature: string
}

/**
 * Signs the events of one request, each with the signature of the one before (docs.aws.amazon.com/transcribe/latest/dg/
 * streaming-http2.html). Amazon's own package does the same by a dozen promises and six hashes an event, whose garbage a call's
 * audio has to wait for.
 */
export class AwsEventSigner {
  private prior: string
  private day = ''
  private key = Buffer.alloc(0)

  constructor(private readonly request: AwsEventKey) {
    this.prior = request.signature
  }

  /** `body` as an event of application/vnd.amazon.eventstream with two headers: `:date` and `:chunk-signature`. */
  sign(body: Uint8Array, date: Date): Buffer {
    const event = Buffer.allocUnsafe(BODY + body.length + CHECKSUM)
    event.set(dateHeader, PRELUDE)
    event.writeBigInt64BE(BigInt(date.getTime()), DATE)
    this.prior = this.signature(event.subarray(PRELUDE, SIGNATURE_HEADER), body, date)
    event.set(signatureHeader, SIGNATURE_HEADER)
    event.write(this.prior, SIGNATURE, 'hex')
    event.set(body, BODY)
    event.writeUInt32BE(event.length, 0)
    event.writeUInt32BE(BODY - PRELUDE, 4)
    event.writeUInt32BE(crc32(event.subarray(0, 8)), 8)
    event.writeUInt32BE(crc32(event.subarray(0, -CHECKSUM)), BODY + body.length)
    return event
  }

  /** In hex. @param headers those that it covers, as they are in the event */
  private signature(headers: Uint8Array, body: Uint8Array, date: Date): string {
    const time = date.toISOString().replace(/[-:]|\.\d+/g, '')
    const day = time.slice(0, 8)
    if (day !== this.day) this.changeDay(day)
    const { region, service } = this.request
    const lines = [
      'AWS4-HMAC-SHA256-PAYLOAD',
      time,
      `${day}/${region}/${service}/aws4_request`,
      this.prior,
      hash('sha256', headers),
      hash('sha256', body),
    ]
    return createHmac('sha256', this.key).update(lines.join('\n')).digest('hex')
  }

  private changeDay(day: string): void {
    const { secret, region, service } = this.request
    this.day = day
    this.key = Buffer.from(`AWS4${secret}`)
    for (const part of [day, region, service, 'aws4_request']) {
      this.key = createHmac('sha256', this.key).update(part).digest()
    }
  }
}

// Names of headers have their length before them; values their type: 8 is a timestamp in ms, 6 are bytes with their length.
const dateHeader = Buffer.from('\x05:date\x08', 'latin1')
const signatureHeader = Buffer.from('\x10:chunk-signature\x06\x00\x20', 'latin1')

// Where the parts of an event begin, in bytes.
const PRELUDE = 12
const DATE = PRELUDE + dateHeader.length
const SIGNATURE_HEADER = DATE + 8
const SIGNATURE = SIGNATURE_HEADER + signatureHeader.length
const BODY = SIGNATURE + 32
/** Bytes at the end of an event. */
const CHECKSUM = 4
