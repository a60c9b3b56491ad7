import type { Pacer } from '../../rtp/index.js'
import type { LegCommand } from '../leg-commands.js'
import { Conference } from './conference.js'
import { ConferenceMember } from './conference-member.js'
import { createLink, joinParts, type LinkEnd, type LinkParts } from './link.js'
import { LinkedPartner, type LinkedSeat } from './linked-partner.js'

type Join = Extract<LegCommand, { type: 'join-conference' }>
type Change = Extract<LegCommand, { type: 'set-conference' }>

/** Takes a leg of another thread into a conference of this one. */
export interface LinkMember extends Omit<Join, 'type'> {
  readonly type: 'link-member'
  readonly link: LinkParts
}

interface Membership {
  readonly conference: Conference
  readonly member: ConferenceMember
}

/** The conferences that are mixed in this thread, by name. One is there as long as it has members. */
export class Conferences {
  private readonly rooms = new Map<string, { readonly conference: Conference; readonly close: () => void }>()
  /** By leg. */
  private readonly memberships = new Map<string, Membership>()

  constructor(private readonly pacer: Pacer) {}

  /** A leg of this thread joins. */
  join(command: Join, seat: LinkedSeat): void {
    const [own, other] = createLink()
    this.add(command, other)
    new LinkedPartner(seat, own, true).start()
  }

  /** A leg of another thread joins. */
  joinAcross(command: LinkMember): void {
    this.add(command, joinParts(command.link))
  }

  set({ leg, muted, held, coaches }: Change): void {
    const membership = this.memberships.get(leg)
    if (!membership) return
    const { member, conference } = membership
    const { rights } = member
    member.rights = {
      muted: muted ?? rights.muted,
      held: held ?? rights.held,
      coaches: coaches === undefined ? rights.coaches : (coaches ?? undefined),
    }
    conference.settle()
  }

  private add({ leg, conference: name, muted, held, coaches }: Join | LinkMember, end: LinkEnd): void {
    const { conference, close } = this.room(name)
    const member = new ConferenceMember(leg, { muted, held, coaches }, end)
    conference.add(member)
    this.memberships.set(leg, { conference, member })
    member.listen(() => {
      conference.remove(member)
      if (this.memberships.get(leg)?.member === member) this.memberships.delete(leg)
      if (conference.size === 0) close()
    })
  }

  private room(name: string) {
    const known = this.rooms.get(name)
    if (known) return known
    const conference = new Conference()
    const leavePacer = this.pacer.add(() => conference.mix())
    const close = () => {
      leavePacer()
      if (this.rooms.get(name) === room) this.rooms.delete(name)
    }
    const room = { conference, close }
    this.rooms.set(name, room)
    return room
  }
}
