import type { Clock, Timer } from '../../base/clock.js'
import { ParleyError } from '../../base/errors.js'
import { isSdpRefusal, negotiateWebOffer, type WebOffer, writeWebAnswer } from '../../sip/index.js'
import { PeerPipe, type PeerState } from '../../webrtc/index.js'
import type { CallLeg } from '../call/leg.js'
import type { RandomBytes } from '../identity.js'
import type { WebCallsOptions } from '../web.js'
import type { LegWish } from './line.js'

export interface PeerMediaOptions extends WebCallsOptions {
  readonly clock: Clock
  readonly random: RandomBytes
}

/** What a line is told of its party's connection. */
export interface PeerMediaListener {
  /** Audio can flow; told again after each interruption. */
  connected(): void
  /** The party closed its end, or has been out of reach for too long; told once. */
  lost(how: 'closed' | 'timeout'): void
}

/** ms after which a party that closed its end is gone: one that reconnects has closed the old connection by then. */
const CLOSED_MS = 3000

/** @throws ParleyError `web_offer_invalid`, `web_offer_unacceptable` */
export function readWebOffer(sdp: string): WebOffer {
  const offer = negotiateWebOffer(sdp)
  if (!isSdpRefusal(offer)) return offer
  throw new ParleyError(offer.status === 400 ? 'web_offer_invalid' : 'web_offer_unacceptable', offer.reason)
}

/** A browser's media: its peer connection, the next one after that, and the leg that notices nothing of the change. */
export class PeerMedia {
  /** Agreed on last. */
  offer: WebOffer | undefined
  private readonly ssrc: number
  private readonly pipe = new PeerPipe()
  private addCandidate: ((candidate: string) => void) | undefined
  private waiting: readonly string[] = []
  /** Connections that were begun, and the one in use: an offer that fails leaves the one before. */
  private turns = 0
  private current = 0
  private watch: Timer | undefined
  private closed = false

  constructor(
    private readonly options: PeerMediaOptions,
    private readonly leg: CallLeg,
    private readonly listener: PeerMediaListener,
  ) {
    this.ssrc = options.random(4).readUInt32BE()
  }

  /** Opens the leg for the party's first offer. @returns the answer @throws ParleyError as `OpenPeer` */
  begin(sdp: string, offer: WebOffer, wish: LegWish): Promise<string> {
    const peer = { packets: this.pipe.legEnd, ssrc: this.ssrc }
    this.leg.open({ address: '', peer, media: offer.media, ...wish })
    return this.connect(sdp, offer)
  }

  /** Goes on over another peer connection. @returns the answer @throws ParleyError */
  async reconnect(sdp: string): Promise<string> {
    const offer = readWebOffer(sdp)
    const answer = await this.connect(sdp, offer)
    this.leg.send({ type: 'update-leg', leg: this.leg.id, media: offer.media })
    return answer
  }

  addCandidates(candidates: readonly string[]): void {
    if (!this.addCandidate) this.waiting = [...this.waiting, ...candidates].slice(0, 100)
    else for (const candidate of candidates) this.addCandidate(candidate)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.watch?.cancel()
    this.pipe.close()
  }

  private async connect(sdp: string, offer: WebOffer): Promise<string> {
    const turn = ++this.turns
    const peer = await this.options.openPeer(offer, this.ssrc, {
      packet: (packet) => {
        if (!this.closed && turn === this.current) this.pipe.received(packet)
      },
      state: (state) => {
        if (!this.closed && turn === this.current) this.stateChanged(state)
      },
    })
    if (this.closed || turn < this.current) {
      peer.close()
      throw new ParleyError('call_over')
    }
    this.current = turn
    this.watchFor('timeout', this.options.lostAfterMs)
    this.offer = offer
    this.pipe.use(peer)
    this.addCandidate = (candidate) => peer.addCandidate(candidate)
    const { waiting } = this
    this.waiting = []
    for (const candidate of waiting) peer.addCandidate(candidate)
    return writeWebAnswer(sdp, offer, peer.transport, this.ssrc)
  }

  private stateChanged(state: PeerState): void {
    if (state === 'connecting') return
    if (state === 'connected') {
      this.watch?.cancel()
      this.listener.connected()
    } else if (state === 'closed') this.watchFor('closed', CLOSED_MS)
    else this.watchFor('timeout', this.options.lostAfterMs)
  }

  private watchFor(how: 'closed' | 'timeout', ms: number): void {
    this.watch?.cancel()
    this.watch = this.options.clock.after(ms, () => {
      if (!this.closed) this.listener.lost(how)
    })
  }
}
