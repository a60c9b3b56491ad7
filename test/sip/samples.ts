import { createResponse } from '../../src/sip/build.js'
import { HeaderList } from '../../src/sip/headers.js'
import type { SipMessage, SipRequest, SipResponse } from '../../src/sip/message.js'
import type { SipPeer, SipTransport } from '../../src/sip/transport.js'

export const udpPeer: SipPeer = { transport: 'udp', address: '192.0.2.10', port: 5060 }
export const tcpPeer: SipPeer = { transport: 'tcp', address: '192.0.2.10', port: 5060 }

/** A request as a peer would send it. */
export function incoming(
  method: string,
  changes: Readonly<Record<string, string>> = {},
  uri = 'sip:1000@192.0.2.1',
): SipRequest {
  const headers = new HeaderList([
    ['Via', 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKabc'],
    ['Max-Forwards', '70'],
    ['From', '"Alice" <sip:alice@example.com>;tag=a1'],
    ['To', '<sip:1000@192.0.2.1>'],
    ['Call-ID', 'call-1'],
    ['CSeq', `1 ${method}`],
  ])
  for (const [name, value] of Object.entries(changes)) headers.set(name, value)
  return { kind: 'request', method, uri, headers, body: Buffer.alloc(0) }
}

/** A response to what this end sent, as its peer would send it. */
export function answerTo(request: SipRequest, status: number): SipResponse {
  return createResponse(request, status, undefined, { toTag: 'b2' })
}

/** A transport without sockets that remembers what was sent, and when. */
export class RecordingTransport implements SipTransport {
  readonly sent: { readonly at: number; readonly message: SipMessage; readonly peer: SipPeer }[] = []
  /** Set: sending fails with it. */
  failure: Error | undefined

  constructor(private readonly now: () => number = () => 0) {}

  isReliable(peer: SipPeer): boolean {
    return peer.transport !== 'udp'
  }

  send(message: SipMessage, peer: SipPeer, failed?: (error: Error) => void): void {
    this.sent.push({ at: this.now(), message, peer })
    if (this.failure) failed?.(this.failure)
  }

  localAddress(): { host: string; port: number } {
    return { host: '192.0.2.1', port: 5060 }
  }

  async close(): Promise<void> {}

  /** Times in ms at which messages of that method or status were sent. */
  times(what: string | number): number[] {
    return this.sent.filter(({ message }) => nameOf(message) === what).map(({ at }) => at)
  }

  /** Methods and statuses, in order. */
  get names(): (string | number)[] {
    return this.sent.map(({ message }) => nameOf(message))
  }

  get last(): SipMessage {
    const last = this.sent.at(-1)
    if (!last) throw new Error('Nothing was sent')
    return last.message
  }
}

function nameOf(message: SipMessage): string | number {
  return message.kind === 'request' ? message.method : message.status
}
