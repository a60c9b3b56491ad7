/** Sequence numbers may jump ahead by this much before they count as a restart (RFC 3550 A.1). */
const maxDropout = 3000
/** And lie back by this much before they do. */
const maxMisorder = 100
const sequenceModulus = 0x10000

/** Counts of one interval between two reports, and since the beginning. */
export interface ReceptionCounts {
  /** Packets that should have come since the beginning. */
  readonly expected: number
  /** Packets lost since the beginning; duplicates make it smaller (RFC 3550 A.3). */
  readonly lost: number
}

/**
 * What RFC 3550 wants known about one received stream: extended sequence numbers and restarts (A.1), loss (A.3) and
 * inter-arrival jitter (A.8).
 */
export class Reception {
  received = 0
  /** Inter-arrival jitter in units of the RTP clock. */
  jitter = 0
  /** Highest extended sequence number seen. */
  highest = 0
  private started = false
  private base = 0
  private badSequence = -1
  private lastTransit: number | undefined
  private expectedBefore = 0
  private receivedBefore = 0

  /**
   * Takes note of a packet.
   * @returns its extended sequence number; 'restart' when the sender began a new count with the packet before, and this
   *   packet, the second of it, is the first to be used; undefined for a lone stray number, to be dropped
   */
  sequence(sequence: number): number | 'restart' | undefined {
    if (!this.started) {
      this.start(sequence)
      this.received = 1
      return this.highest
    }
    const ahead = (sequence - this.highest) & 0xffff
    if (ahead < maxDropout) {
      this.highest += ahead
      this.received++
      return this.highest
    }
    if (ahead > sequenceModulus - maxMisorder) {
      this.received++
      const extended = this.highest - (sequenceModulus - ahead)
      // The first to come need not be the first that was sent; else each one before it would hide a loss.
      this.base = Math.min(this.base, extended)
      return extended
    }
    if (sequence !== this.badSequence) {
      this.badSequence = (sequence + 1) & 0xffff
      return undefined
    }
    this.start(sequence)
    this.received = 1
    return 'restart'
  }

  /**
   * Adds a packet to the jitter estimate. Not for events, whose timestamps stand still.
   * @param arrival when it came, in units of the RTP clock
   * @param timestamp unwrapped RTP timestamp
   */
  arrived(arrival: number, timestamp: number): void {
    const transit = arrival - timestamp
    if (this.lastTransit !== undefined) {
      this.jitter += (Math.abs(transit - this.lastTransit) - this.jitter) / 16
    }
    this.lastTransit = transit
  }

  /** The sender's clock jumped: the difference to the packet before says nothing about the network. */
  forgetTransit(): void {
    this.lastTransit = undefined
  }

  get counts(): ReceptionCounts {
    if (!this.started) return { expected: 0, lost: 0 }
    const expected = this.highest - this.base + 1
    return { expected, lost: expected - this.received }
  }

  /** Share of packets lost since the last call, in 1/256 (RFC 3550 A.3). */
  takeFractionLost(): number {
    const { expected } = this.counts
    const expectedNow = expected - this.expectedBefore
    const receivedNow = this.received - this.receivedBefore
    this.expectedBefore = expected
    this.receivedBefore = this.received
    const lost = expectedNow - receivedNow
    return expectedNow <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expectedNow))
  }

  private start(sequence: number): void {
    this.started = true
    this.base = sequence
    this.highest = sequence
    this.badSequence = -1
    this.expectedBefore = 0
    this.receivedBefore = 0
    this.lastTransit = undefined
  }
}
