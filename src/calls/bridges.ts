import type { BridgeOptions } from './call-control.js'
import type { Participant } from './participant.js'

/** One call's side of a bridge. */
interface Side {
  readonly other: Participant
  /** What becomes of this call when the other one ends, or leaves for somebody else. */
  readonly afterwards: 'hangup' | 'park'
}

const mute = { none: 'none', self: 'leg', opposite: 'other', both: 'both' } as const

/** Which calls of the node talk to which. */
export class Bridges {
  private readonly sides = new Map<Participant, Side>()

  partnerOf(self: Participant): Participant | undefined {
    return this.sides.get(self)?.other
  }

  /** Joins two calls; either leaves the bridge it was in. */
  join(self: Participant, other: Participant, { muteDigits = 'none', afterwards }: BridgeOptions = {}): void {
    if (this.partnerOf(self) !== other) {
      this.leave(self, 'asked')
      this.leave(other, 'asked')
    }
    this.sides.set(self, { other, afterwards: afterwards?.self ?? 'hangup' })
    this.sides.set(other, { other: self, afterwards: afterwards?.other ?? 'hangup' })
    const muteDigitsOf = mute[muteDigits]
    self.leg.send({ type: 'bridge', leg: self.leg.id, other: other.leg.id, muteDigits: muteDigitsOf })
    self.observers.tell('bridged', other.handle)
    other.observers.tell('bridged', self.handle)
  }

  /** Ends a bridge; both calls go on. */
  part(self: Participant): void {
    const other = this.separate(self)
    if (!other) return
    self.leg.send({ type: 'unbridge', leg: self.leg.id })
    self.observers.tell('unbridged', other.other.handle, 'asked')
    other.other.observers.tell('unbridged', self.handle, 'asked')
  }

  /** A call leaves its partner, because it ended or for somebody else; what becomes of the partner was told before. */
  leave(self: Participant, cause: 'other-ended' | 'asked'): void {
    const left = this.separate(self)
    if (!left) return
    const { other, afterwards } = left
    if (cause === 'asked') self.observers.tell('unbridged', other.handle, cause)
    other.observers.tell('unbridged', self.handle, cause)
    if (afterwards === 'hangup' && !this.sides.has(other)) other.handle.hangup('the other call ended')
  }

  /** @returns the partner, and what is to become of it */
  private separate(self: Participant): Side | undefined {
    const side = this.sides.get(self)
    if (!side) return undefined
    const afterwards = this.sides.get(side.other)?.afterwards ?? 'hangup'
    this.sides.delete(self)
    this.sides.delete(side.other)
    return { other: side.other, afterwards }
  }
}
