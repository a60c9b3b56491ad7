import type { CallControl, ConferenceOptions } from './call-control.js'
import type { Participant } from './participant.js'

type Seat = NonNullable<CallControl['conference']>

/** The node's conferences: by name, who is in which. One exists as long as somebody is in it. */
export class Conferences {
  /** Members in the order of joining. */
  private readonly rooms = new Map<string, Set<Participant>>()
  private readonly seats = new Map<Participant, Seat>()

  /** @param legOf leg of a living call by its SID, for coaches */
  constructor(private readonly legOf: (callSid: string) => string | undefined) {}

  seatOf(member: Participant): Seat | undefined {
    return this.seats.get(member)
  }

  members(name: string): readonly CallControl[] {
    return [...(this.rooms.get(name) ?? [])].map(({ handle }) => handle)
  }

  join(member: Participant, name: string, options: ConferenceOptions): void {
    this.remove(member)
    const room = this.rooms.get(name) ?? new Set()
    this.rooms.set(name, room.add(member))
    this.seats.set(member, { name, options })
    const { muted, held, coaches } = options
    const { leg } = member
    const coached = coaches === null ? undefined : this.legOf(coaches)
    leg.send({ type: 'join-conference', leg: leg.id, conference: name, muted, held, coaches: coached })
  }

  set(member: Participant, changes: Partial<ConferenceOptions>): void {
    const seat = this.seats.get(member)
    if (!seat) return
    this.seats.set(member, { name: seat.name, options: { ...seat.options, ...changes } })
    const { muted, held, coaches } = changes
    const { leg } = member
    const coached = coaches ? (this.legOf(coaches) ?? null) : coaches
    leg.send({ type: 'set-conference', leg: leg.id, muted, held, coaches: coached })
  }

  leave(member: Participant): void {
    if (this.remove(member)) member.leg.send({ type: 'unbridge', leg: member.leg.id })
  }

  /** The call is gone, or about to be joined to something else: the media plane needs no telling. */
  remove(member: Participant): boolean {
    const seat = this.seats.get(member)
    if (!seat) return false
    this.seats.delete(member)
    const room = this.rooms.get(seat.name)
    room?.delete(member)
    if (room?.size === 0) this.rooms.delete(seat.name)
    return true
  }
}
