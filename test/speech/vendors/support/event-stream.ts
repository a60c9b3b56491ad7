import { crc32 } from 'node:zlib'

export type EventHeaders = Readonly<Record<string, string | Date | Buffer>>

/** A message of the encoding `application/vnd.amazon.eventstream`. */
export interface EventMessage {
  readonly headers: EventHeaders
  readonly body: Buffer
}

const PRELUDE = 12
const CHECKSUM = 4
/** Types of header values that Transcribe's streams carry. */
const type = { bytes: 6, string: 7, timestamp: 8 }

export function encodeEvent(headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)))
  const message = Buffer.alloc(PRELUDE + head.length + body.length + CHECKSUM)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(head.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  head.copy(message, PRELUDE)
  body.copy(message, PRELUDE + head.length)
  message.writeUInt32BE(crc32(message.subarray(0, -CHECKSUM)), message.length - CHECKSUM)
  return message
}

function encodeHeader(name: string, value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(value))
  return Buffer.concat([nameOf(name), Buffer.from([type.string]), length, Buffer.from(value)])
}

/** The header `:date`, as it is encoded and signed. */
export function encodeDate(date: Date): Buffer {
  const value = Buffer.alloc(9)
  value.writeUInt8(type.timestamp)
  value.writeBigInt64BE(BigInt(date.getTime()), 1)
  return Buffer.concat([nameOf(':date'), value])
}

const nameOf = (name: string) => Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name)])

/** Takes messages out of a stream of bytes. */
export class EventReader {
  private rest = Buffer.alloc(0)

  /** @throws Error where a checksum does not fit */
  feed(bytes: Buffer): EventMessage[] {
    this.rest = Buffer.concat([this.rest, bytes])
    const messages: EventMessage[] = []
    while (this.rest.length >= PRELUDE && this.rest.length >= this.rest.readUInt32BE(0)) {
      const length = this.rest.readUInt32BE(0)
      messages.push(decodeEvent(this.rest.subarray(0, length)))
      this.rest = this.rest.subarray(length)
    }
    return messages
  }
}

function decodeEvent(message: Buffer): EventMessage {
  const bodyAt = PRELUDE + message.readUInt32BE(4)
  const end = message.length - CHECKSUM
  if (message.readUInt32BE(8) !== crc32(message.subarray(0, 8))) throw new Error('checksum of a prelude')
  if (message.readUInt32BE(end) !== crc32(message.subarray(0, end))) throw new Error('checksum of a message')
  return { headers: decodeHeaders(message.subarray(PRELUDE, bodyAt)), body: message.subarray(bodyAt, end) }
}

function decodeHeaders(bytes: Buffer): EventHeaders {
  const headers: Record<string, string | Date | Buffer> = {}
  for (let at = 0; at < bytes.length; ) {
    const kindAt = at + 1 + bytes.readUInt8(at)
    const name = bytes.toString('utf8', at + 1, kindAt)
    const kind = bytes.readUInt8(kindAt)
    const from = kindAt + 1
    if (kind === type.timestamp) {
      headers[name] = new Date(Number(bytes.readBigInt64BE(from)))
      at = from + 8
      continue
    }
    if (kind !== type.string && kind !== type.bytes) throw new Error(`header ${name} of type ${kind}`)
    at = from + 2 + bytes.readUInt16BE(from)
    const value = bytes.subarray(from + 2, at)
    headers[name] = kind === type.string ? value.toString() : value
  }
  return headers
}
