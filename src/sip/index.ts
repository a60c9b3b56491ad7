// Lower half: messages, transports, transactions, digest.
export { AddressList, loopback } from './address-list.js'
// Upper half: SDP, dialogs, the user agent and the edge.
export type {
  HeaderLines,
  IncomingRefer,
  ReferOutcome,
  SipCall,
  SipCallEnd,
  SipCallListener,
} from './call.js'
export type {
  IncomingCall,
  IncomingCallHandler,
  IncomingCallListener,
  PartyAddress,
  SipEdge,
} from './edge.js'
export { formatHostPort } from './host-port.js'
export type { NegotiatedMedia } from './media.js'
export type {
  DigestCredentials,
  OutgoingCall,
  OutgoingCallListener,
  OutgoingCallRequest,
} from './outgoing-call.js'
export type { Binding } from './registrar/binding.js'
export {
  type BindingsListener,
  type RegisteringPhone,
  Registrar,
  type RegistrarOptions,
} from './registrar/registrar.js'
export type { Registration, RegistrationRequest, RegistrationState } from './registration.js'
export { CachedDns } from './resolve/cached-dns.js'
export { type Dns, systemDns } from './resolve/dns.js'
export { createResolver, type ResolveHop, type ResolverOptions } from './resolve/resolver.js'
export { writeAnswer } from './sdp/answer.js'
export { defaultPreference, type SdpCodecName } from './sdp/codecs.js'
export { type NegotiateOptions, negotiateOffer } from './sdp/negotiate.js'
export { acceptAnswer, type OfferOptions, writeOffer } from './sdp/offer.js'
export { offeredCodecs } from './sdp/offered-codecs.js'
export { isSdpRefusal, type SdpRefusal } from './sdp/refusal.js'
export {
  createSrtpKeys,
  type SrtpKeySource,
  type SrtpKeys,
  type SrtpPolicy,
  type SrtpSuite,
  srtpSuites,
} from './sdp/srtp-suites.js'
export {
  negotiateWebOffer,
  type WebOffer,
  type WebTransport,
  webTransportOf,
  writeWebAnswer,
  writeWebOffer,
} from './sdp/web-media.js'
export type { LocalMedia } from './sdp/write.js'
export { NodeTls, type NodeTlsOptions } from './tls/node-tls.js'
export type { SipTrace, TracedMessage } from './trace.js'
export type { SipPeer, SipTransport, TransportName } from './transport.js'
export {
  createSipEdge,
  type EdgeTransport,
  type ListeningSipEdge,
  type SipEdgeConfig,
  type SipEdgeOptions,
} from './ua/create-sip-edge.js'
export {
  type CallerAuth,
  defaultUserAgentOptions,
  type SessionTimerOptions,
  type UserAgentOptions,
} from './ua/options.js'
export { replacesOfUri } from './ua/replaces/replaces-header.js'
export { formatUri, parseUri, type SipUri, userOf } from './uri.js'
export { type ListenAddress, SipTransports, type SipTransportsOptions } from './wire/transports.js'
