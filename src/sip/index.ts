// Lower half: messages, transports, transactions, digest.
export type { SipPeer, TransportName } from './transport.js'
