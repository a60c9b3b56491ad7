import type { Clock } from '../../base/clock.js'
import type { CallControl } from '../../calls/index.js'
import { soundEarly } from './early-sound.js'
import { type Invitation, Invitations } from './invitations.js'
import { type LeaveReason, Seat, type SeatChanges, type SeatOptions } from './seat.js'

/** ms of the tone that tells of somebody who comes or goes. */
const BEEP_MS = 200

/** What happens in a conference; `seat` is whom it is about. */
export type RoomEvent =
  | { readonly name: 'conference-start' }
  | {
      readonly name: 'conference-end'
      readonly reason: EndReason
      /** Who ended it. */
      readonly by: Seat | undefined
    }
  | { readonly name: 'participant-leave'; readonly seat: Seat; readonly reason: LeaveReason }
  | {
      readonly name: 'announcement-end' | 'announcement-fail'
      /** Undefined where all were told. */
      readonly seat: Seat | undefined
      readonly url: string
    }
  | {
      readonly name:
        | 'participant-join'
        | 'participant-mute'
        | 'participant-unmute'
        | 'participant-hold'
        | 'participant-unhold'
        | 'participant-modify'
        | 'participant-speech-start'
        | 'participant-speech-stop'
      readonly seat: Seat
    }

/** Why a conference ended, in Twilio's words. */
export type EndReason =
  | 'conference-ended-via-api'
  | 'last-participant-kicked'
  | 'last-participant-left'
  | 'participant-with-end-conference-on-exit-kicked'
  | 'participant-with-end-conference-on-exit-left'

export interface RoomOptions {
  readonly sid: string
  readonly name: string
  readonly maxParticipants: number
  /** Whether it is told who speaks. */
  readonly tellsSpeech: boolean
  readonly clock: Clock
  /** Hears what happens, with its number from 1. */
  readonly observe: (event: RoomEvent, sequence: number) => void
  /** It has begun, or is over. */
  readonly changed: () => void
}

/**
 * A conference: who takes part, and when it begins and ends. It begins when there are two and one of them may begin it;
 * until then all wait.
 */
export class ConferenceRoom {
  readonly sid: string
  readonly name: string
  readonly createdAt: number
  updatedAt: number
  status: 'init' | 'in-progress' | 'completed' = 'init'
  ending: { readonly reason: EndReason; readonly by: Seat | undefined } | undefined
  private readonly seats = new Set<Seat>()
  private readonly invitations = new Invitations(() => this.desert())
  private sequence = 0

  constructor(private readonly options: RoomOptions) {
    this.sid = options.sid
    this.name = options.name
    this.createdAt = this.updatedAt = options.clock.now()
  }

  get participants(): readonly Seat[] {
    return [...this.seats]
  }

  /** Who is called for it. */
  get invited(): readonly Invitation[] {
    return this.invitations.list
  }

  /**
   * Somebody is called for it, and will sit down when the call is answered.
   * @param audible whether what comes of the call is heard in the conference meanwhile
   */
  invite(invitation: Omit<Invitation, 'status' | 'invitedAt'>, audible: boolean): void {
    this.invitations.add({ ...invitation, invitedAt: this.options.clock.now() })
    if (audible) soundEarly(invitation.call, this)
  }

  /** @see EarlyHearers */
  get stage(): string | undefined {
    // Several who wait for the beginning do not hear each other.
    return this.status === 'in-progress' || this.seats.size === 1 ? this.sid : undefined
  }

  /** @see EarlyHearers */
  get hearing(): readonly CallControl[] {
    return this.participants.filter(({ held }) => !held).map(({ call }) => call)
  }

  /** @see EarlyHearers */
  ready(): void {
    for (const seat of this.seats) if (!seat.isIn) seat.tuneIn(this.sid)
  }

  /** Of somebody who is called for it, by call SID or label. */
  invitation(name: string): Invitation | undefined {
    return name === '' ? undefined : this.invitations.find(name)
  }

  /** By call SID or label. */
  seat(name: string): Seat | undefined {
    if (name === '') return undefined
    return this.participants.find(({ call, label }) => call.identity.callSid === name || label === name)
  }

  /** Lets somebody in. @returns why not, where there is a reason */
  sit(options: SeatOptions): Seat | 'full' | 'label-taken' | 'over' {
    if (this.status === 'completed') return 'over'
    if (this.seats.size >= this.options.maxParticipants) return 'full'
    if (options.label !== '' && this.seat(options.label)) return 'label-taken'
    const seat = new Seat(options, this.options.clock.now())
    this.invitations.came(options.call)
    this.seats.add(seat)
    this.tell({ name: 'participant-join', seat })
    if (this.status === 'in-progress') this.enter(seat)
    else if (this.seats.size > 1 && this.participants.some(({ startOnEnter }) => startOnEnter)) this.start()
    return seat
  }

  leave(seat: Seat, reason: LeaveReason): void {
    if (!this.seats.delete(seat)) return
    const { isIn, beep, endOnExit } = seat
    seat.part(reason)
    this.tell({ name: 'participant-leave', seat, reason })
    const kicked = reason === 'participant_updated_via_api'
    if (endOnExit) {
      return this.finish(`participant-with-end-conference-on-exit-${kicked ? 'kicked' : 'left'}`, seat)
    }
    if (this.seats.size === 0) this.finish(`last-participant-${kicked ? 'kicked' : 'left'}`, seat)
    else if (isIn && (beep === 'true' || beep === 'onExit')) this.beep()
  }

  change(seat: Seat, changes: SeatChanges): void {
    if (!this.seats.has(seat)) return
    const { muted, held, beep, endOnExit, coaches } = changes
    if (muted !== undefined && muted !== seat.muted) {
      seat.muted = muted
      seat.call.setConference({ muted })
      this.tell({ name: muted ? 'participant-mute' : 'participant-unmute', seat })
    }
    if (held !== undefined && held !== seat.held) this.hold(seat, held, changes)
    seat.audibilityChanged()
    const before = [seat.beep, seat.endOnExit, seat.coaches]
    seat.beep = beep ?? seat.beep
    seat.endOnExit = endOnExit ?? seat.endOnExit
    if (coaches !== undefined) seat.coaches = coaches
    if (seat.coaches !== before[2]) seat.call.setConference({ coaches: seat.coaches })
    const after = [seat.beep, seat.endOnExit, seat.coaches]
    if (after.some((value, i) => value !== before[i])) this.tell({ name: 'participant-modify', seat })
  }

  /** Plays a document to somebody who takes part, to all unless told. Told of once, when the last has heard it. */
  announce(url: string, method: 'GET' | 'POST', seat?: Seat): void {
    const hearers = seat ? [seat] : this.participants
    const playing = hearers.map(({ options }) => options.play(url, method, false).ended)
    Promise.all(playing).then((played) => {
      if (this.status === 'completed' || (seat && !this.seats.has(seat))) return
      this.tell({ name: played.includes(true) ? 'announcement-end' : 'announcement-fail', seat, url })
    })
  }

  /** Ends it for all. */
  end(): void {
    this.finish('conference-ended-via-api', undefined)
  }

  private hold(seat: Seat, held: boolean, { holdUrl, holdMethod = 'GET' }: SeatChanges): void {
    seat.held = held
    seat.call.setConference({ held })
    seat.holding?.stop()
    seat.holding = held ? seat.options.play(holdUrl, holdMethod, true) : undefined
    this.tell({ name: held ? 'participant-hold' : 'participant-unhold', seat })
  }

  private start(): void {
    this.status = 'in-progress'
    this.tell({ name: 'conference-start' })
    this.options.changed()
    for (const seat of this.seats) this.join(seat)
  }

  private enter(seat: Seat): void {
    this.join(seat)
    if (seat.beep === 'true' || seat.beep === 'onEnter') this.beep()
  }

  private join(seat: Seat): void {
    seat.join(this.sid)
    if (!this.options.tellsSpeech) return
    seat.watchSpeech((on) =>
      this.tell({ name: on ? 'participant-speech-start' : 'participant-speech-stop', seat }),
    )
  }

  private beep(): void {
    for (const { call, isIn } of this.seats) {
      if (isIn) call.announceOver({ kind: 'beep', durationMs: BEEP_MS })
    }
  }

  private finish(reason: EndReason, by: Seat | undefined): void {
    if (this.status === 'completed') return
    this.status = 'completed'
    this.ending = { reason, by }
    const left = by ? 'moderator_ended_conference' : 'conference_ended_via_api'
    for (const seat of this.seats) {
      this.seats.delete(seat)
      seat.part(left)
      this.tell({ name: 'participant-leave', seat, reason: left })
    }
    this.tell({ name: 'conference-end', reason, by })
    this.options.changed()
  }

  /** Nobody came of those who were called for it. */
  private desert(): void {
    if (this.seats.size > 0 || this.status === 'completed') return
    this.status = 'completed'
    this.updatedAt = this.options.clock.now()
    this.options.changed()
  }

  private tell(event: RoomEvent): void {
    this.updatedAt = this.options.clock.now()
    this.options.observe(event, ++this.sequence)
  }
}
