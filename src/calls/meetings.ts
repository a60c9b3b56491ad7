import { Bridges } from './bridges.js'
import type { BridgeOptions, CallControl, ConferenceOptions } from './call-control.js'
import { Conferences } from './conferences.js'
import type { Participant } from './participant.js'

/** Who talks to whom on this node: calls in pairs, and conferences. A call is in one of them at a time. */
export class Meetings {
  private readonly participants = new Map<CallControl, Participant>()
  private readonly bridges = new Bridges()
  private readonly conferences = new Conferences((callSid) => this.legOf(callSid))

  /** A call begins. */
  add(participant: Participant): void {
    this.participants.set(participant.handle, participant)
  }

  /** A call has ended: it leaves whatever it was in. */
  remove(participant: Participant): void {
    this.participants.delete(participant.handle)
    this.conferences.remove(participant)
    this.bridges.leave(participant, 'other-ended')
  }

  partnerOf(self: Participant): CallControl | undefined {
    return this.bridges.partnerOf(self)?.handle
  }

  conferenceOf(self: Participant): CallControl['conference'] {
    return this.conferences.seatOf(self)
  }

  membersOf(conference: string): readonly CallControl[] {
    return this.conferences.members(conference)
  }

  /** Does nothing when either call is over. */
  bridge(self: Participant, other: CallControl, options: BridgeOptions | undefined): void {
    const there = this.participants.get(other)
    if (!this.lives(self) || !there || there === self) return
    this.conferences.remove(self)
    this.conferences.remove(there)
    this.bridges.join(self, there, options)
  }

  unbridge(self: Participant): void {
    this.bridges.part(self)
  }

  joinConference(self: Participant, name: string, options: ConferenceOptions): void {
    if (!this.lives(self)) return
    this.bridges.leave(self, 'asked')
    this.conferences.join(self, name, options)
  }

  setConference(self: Participant, changes: Partial<ConferenceOptions>): void {
    this.conferences.set(self, changes)
  }

  leaveConference(self: Participant): void {
    this.conferences.leave(self)
  }

  private lives({ handle }: Participant): boolean {
    return this.participants.has(handle)
  }

  private legOf(callSid: string): string | undefined {
    for (const { handle, leg } of this.participants.values()) {
      if (handle.identity.callSid === callSid) return leg.id
    }
    return undefined
  }
}
