import type { Endpoint } from './media-socket.js'

export interface SourceLatchOptions {
  /** Packets in a row from one source that settle on it. */
  readonly settleAfter?: number
  /** ms without a packet after which the same stream (SSRC) may go on from elsewhere: a NAT changed its mapping. */
  readonly rebindAfterMs?: number
}

/**
 * Symmetric RTP: sends to where the peer's packets come from, whatever its SDP says, since NATs rewrite addresses that SDP
 * does not see. The guard against strangers: after a few packets the source is settled, and no other is heard until
 * signalling names a new remote, or the same stream reappears elsewhere after falling silent.
 */
export class SourceLatch {
  /** Packets from other sources, not let in. */
  rejected = 0
  private source: Endpoint | undefined
  private inRow = 0
  private ssrc = 0
  private lastAt = 0
  private readonly settleAfter: number
  private readonly rebindAfterMs: number

  /** @param signalled where SDP says the peer is */
  constructor(
    private signalled: Endpoint,
    options: SourceLatchOptions = {},
  ) {
    this.settleAfter = options.settleAfter ?? 10
    this.rebindAfterMs = options.rebindAfterMs ?? 1000
  }

  /** Where to send. */
  get target(): Endpoint {
    return this.source ?? this.signalled
  }

  /** @returns whether the packet is to be heard */
  accept(from: Endpoint, ssrc: number, now: number): boolean {
    if (this.source && same(this.source, from)) {
      this.inRow++
    } else if (this.mayMove(from, ssrc, now)) {
      this.source = { address: from.address, port: from.port }
      this.inRow = 1
    } else {
      this.rejected++
      return false
    }
    this.ssrc = ssrc
    this.lastAt = now
    return true
  }

  /** Signalling named a remote. Listening begins anew if it is another one. */
  update(signalled: Endpoint): void {
    if (same(this.signalled, signalled)) return
    this.signalled = signalled
    this.source = undefined
    this.inRow = 0
  }

  private mayMove(from: Endpoint, ssrc: number, now: number): boolean {
    if (!this.source) return true
    if (this.inRow < this.settleAfter) {
      // While it is open, who comes from where signalling said beats a stranger.
      return same(from, this.signalled) || !same(this.source, this.signalled)
    }
    return ssrc === this.ssrc && now - this.lastAt >= this.rebindAfterMs
  }
}

function same(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.address === b.address
}
