import { Deferred } from '../../base/deferred.js'
import type { CallControl } from '../../calls/index.js'
import { SpeechWatch } from './speech-watch.js'

export type Beep = 'true' | 'false' | 'onEnter' | 'onExit'

/** How somebody takes part in a conference. */
export interface SeatOptions {
  readonly call: CallControl
  /** Its name in the conference; '' for none. */
  readonly label: string
  readonly muted: boolean
  /** Whether the others hear a tone when it comes or goes. */
  readonly beep: Beep
  /** Whether the conference begins when it comes. */
  readonly startOnEnter: boolean
  /** Whether the conference ends when it goes. */
  readonly endOnExit: boolean
  /** SID of the call that alone hears this one. */
  readonly coaches: string | null
  /** Plays a document on the call, in place of the conference, until stopped or over. */
  readonly play: (url: string | undefined, method: 'GET' | 'POST', repeat: boolean) => SeatPlaying
}

export interface SeatPlaying {
  /** Whether it was played. */
  readonly ended: Promise<boolean>
  stop(): void
}

/** Why somebody left, in Twilio's words. */
export type LeaveReason =
  | 'participant_hung_up'
  | 'participant_updated_via_api'
  | 'moderator_ended_conference'
  | 'conference_ended_via_api'

/** What can be changed about somebody who takes part. */
export interface SeatChanges {
  readonly muted?: boolean | undefined
  readonly held?: boolean | undefined
  /** What is heard while held; the relay's melody unless told. */
  readonly holdUrl?: string | undefined
  readonly holdMethod?: 'GET' | 'POST' | undefined
  readonly beep?: Beep | undefined
  readonly endOnExit?: boolean | undefined
  readonly coaches?: string | null | undefined
}

/** Somebody's part in a conference. */
export class Seat {
  readonly call: CallControl
  readonly label: string
  readonly startOnEnter: boolean
  readonly joinedAt: number
  muted: boolean
  held = false
  beep: Beep
  endOnExit: boolean
  coaches: string | null
  /** Whether it hears the conference, and not the music before it. */
  isIn = false
  /** Whether it ever did. */
  wasIn = false
  /** What is heard while held. */
  holding: SeatPlaying | undefined
  private inMedia = false
  private speech: SpeechWatch | undefined
  private readonly enter = new Deferred<void>()
  private readonly leave = new Deferred<LeaveReason>()
  /** Resolves when there is something to be heard but music: the conference has begun, or somebody is called for it. */
  readonly entered = this.enter.promise
  /** Resolves when it is no more part of it. */
  readonly over = this.leave.promise

  constructor(
    readonly options: SeatOptions,
    joinedAt: number,
  ) {
    const { call, label, muted, beep, startOnEnter, endOnExit, coaches } = options
    this.call = call
    this.label = label
    this.startOnEnter = startOnEnter
    this.muted = muted
    this.beep = beep
    this.endOnExit = endOnExit
    this.coaches = coaches
    this.joinedAt = joinedAt
  }

  /** The conference begins for it. @param name of the conference in the media plane */
  join(name: string): void {
    this.isIn = this.wasIn = true
    this.tuneIn(name)
  }

  /** It hears what is in the conference, though that has not begun. @param name as for `join` */
  tuneIn(name: string): void {
    const { muted, held, coaches } = this
    this.inMedia = true
    this.call.joinConference(name, { muted, held, coaches })
    this.enter.resolve()
  }

  /** Tells when it begins and ceases to be heard speaking, until it parts. */
  watchSpeech(tell: (on: boolean) => void): void {
    this.speech = new SpeechWatch(this.call, this.muted || this.held, tell)
  }

  /** It was muted or held, or is no more. */
  audibilityChanged(): void {
    this.speech?.hush(this.muted || this.held)
  }

  /** It is no more part of the conference. */
  part(reason: LeaveReason): void {
    this.holding?.stop()
    this.speech?.stop()
    if (this.inMedia && this.call.state !== 'ended') this.call.leaveConference()
    this.isIn = this.inMedia = false
    this.leave.resolve(reason)
  }
}
