import { clip } from '../../audio/index.js'
import type { LegRate } from '../../session/index.js'
import type { ConferenceMember } from './conference-member.js'

/** What all say together, at one rate; wider than 16 bits until it is sent. */
interface Sum {
  readonly rate: LegRate
  readonly total: Int32Array
  readonly out: Int16Array
  /** Whether any member has this rate. */
  needed: boolean
}

function emptySum(rate: LegRate): Sum {
  return { rate, total: new Int32Array(rate / 50), out: new Int16Array(rate / 50), needed: false }
}

/**
 * Mixes: each member hears the sum of all others, saturated once at the end. At each of the two rates there is one sum, so
 * that a tick costs a few additions a member, and a conversion where members of both rates are there. Allocates nothing for
 * a tick.
 */
export class Conference {
  private members: readonly ConferenceMember[] = []
  private readonly narrow = emptySum(8000)
  private readonly wide = emptySum(16_000)

  get size(): number {
    return this.members.length
  }

  add(member: ConferenceMember): void {
    this.members = [...this.members, member]
    this.settle()
  }

  remove(member: ConferenceMember): void {
    this.members = this.members.filter((other) => other !== member)
    this.settle()
  }

  /** A member's rights have changed, or who is here. */
  settle(): void {
    for (const member of this.members) {
      const { coaches } = member.rights
      member.coached = this.members.find(({ leg }) => leg === coaches)
    }
  }

  /** One tick: takes 20 ms from each and gives 20 ms to each. */
  mix(): void {
    const { members, narrow, wide } = this
    narrow.needed = false
    wide.needed = false
    for (let i = 0; i < members.length; i++) {
      const member = members[i]!
      member.read()
      this.sumOf(member.rate).needed = true
    }
    if (narrow.needed && wide.needed) for (let i = 0; i < members.length; i++) members[i]!.resample()
    this.sum(narrow)
    this.sum(wide)
    for (let i = 0; i < members.length; i++) if (!members[i]!.rights.held) this.give(members[i]!)
  }

  private sumOf(rate: LegRate): Sum {
    return rate === 8000 ? this.narrow : this.wide
  }

  private sum({ rate, total, needed }: Sum): void {
    if (!needed) return
    total.fill(0)
    for (let i = 0; i < this.members.length; i++) {
      const member = this.members[i]!
      if (member.speaks) addTo(total, member.said[rate])
    }
  }

  private give(member: ConferenceMember): void {
    const { total, out, rate } = this.sumOf(member.rate)
    const own = member.speaks ? member.said[rate] : undefined
    if (own) subtractFrom(total, own)
    this.prompt(member, total, addTo)
    for (let i = 0; i < out.length; i++) out[i] = clip(total[i]!)
    this.prompt(member, total, subtractFrom)
    if (own) addTo(total, own)
    member.write(out)
  }

  /** Puts what a member's coaches say to the rest, or takes it away again. */
  private prompt(member: ConferenceMember, total: Int32Array, how: typeof addTo): void {
    for (let i = 0; i < this.members.length; i++) {
      const coach = this.members[i]!
      if (coach.coached === member && coach.prompts) how(total, coach.said[member.rate])
    }
  }
}

function addTo(total: Int32Array, frame: Int16Array): void {
  for (let i = 0; i < total.length; i++) total[i]! += frame[i]!
}

function subtractFrom(total: Int32Array, frame: Int16Array): void {
  for (let i = 0; i < total.length; i++) total[i]! -= frame[i]!
}
