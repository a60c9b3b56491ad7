import { formatHostPort } from './host-port.js'
import type { SipMessage } from './message.js'
import { serializeMessage } from './serialize.js'
import type { SipPeer } from './transport.js'

/** A message as it is on the wire, for who keeps a trace. */
export interface TracedMessage {
  readonly direction: 'in' | 'out'
  readonly callId: string
  /** `udp 192.0.2.7:5060` */
  readonly peer: string
  /** Method, or status and reason with the method in question. */
  readonly summary: string
  readonly text: string
}

/** Must not throw. */
export type SipTrace = (message: TracedMessage) => void

export function tracedMessage(
  message: SipMessage,
  { transport, address, port }: SipPeer,
  direction: TracedMessage['direction'],
): TracedMessage {
  const method = message.headers.get('CSeq')?.split(/\s+/)[1] ?? ''
  return {
    direction,
    callId: message.headers.get('Call-ID') ?? '',
    peer: `${transport} ${formatHostPort({ host: address, port })}`,
    summary:
      message.kind === 'request' ? message.method : `${message.status} ${message.reason} (${method})`.trim(),
    text: serializeMessage(message).toString(),
  }
}
