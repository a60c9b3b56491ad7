import type { WebOffer, WebTransport } from '../sip/index.js'

/** `failed`: no way was found, or it was lost for good; `closed`: by the other end. */
export type PeerState = 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed'

/** Told of what comes from the other end, never after `close`. */
export interface PeerListener {
  /** RTP or RTCP in the clear. */
  packet(packet: Uint8Array): void
  state(state: PeerState): void
}

/** This end of a peer connection with one audio stream: ICE, DTLS and SRTP are its own. */
export interface Peer {
  /** How this end is found; with all of its candidates. */
  readonly transport: WebTransport
  /** Takes RTP or RTCP in the clear; it is dropped while there is no connection. */
  send(packet: Uint8Array): void
  /** A candidate that was not in the offer: the value of `a=candidate`. What is none is passed over. */
  addCandidate(candidate: string): void
  close(): void
}

/**
 * Answers an offer. Resolves when this end's candidates are gathered.
 * @throws ParleyError `web_unavailable` where this machine has no WebRTC, `web_offer_invalid` for an offer that cannot be used
 */
export type OpenPeer = (offer: WebOffer, ssrc: number, listener: PeerListener) => Promise<Peer>
