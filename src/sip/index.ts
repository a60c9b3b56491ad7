// Lower half: messages, transports, transactions, digest.
export { AddressList, loopback } from './address-list.js'
export type { SipPeer, SipTransport, TransportName } from './transport.js'
export { type ListenAddress, SipTransports, type SipTransportsOptions } from './wire/transports.js'
