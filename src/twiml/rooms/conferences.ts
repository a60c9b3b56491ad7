import type { Clock } from '../../base/clock.js'
import type { RandomBytes } from '../../calls/index.js'
import { newSid } from '../running/sids.js'
import { ConferenceRoom, type RoomOptions } from './conference-room.js'

/** Conferences that are over and still known. */
const MOST_PAST = 200

/** The conferences of one platform, by name and SID. A name belongs to one at a time. */
export class Conferences {
  private readonly live = new Map<string, ConferenceRoom>()
  private past: ConferenceRoom[] = []

  constructor(
    private readonly clock: Clock,
    private readonly random: RandomBytes,
  ) {}

  /** The live conference of a name; one is made where there is none, by the settings of whoever comes first. */
  room(
    name: string,
    settings: Pick<RoomOptions, 'maxParticipants'> & {
      readonly observe: (room: ConferenceRoom, ...event: Parameters<RoomOptions['observe']>) => void
    },
  ): ConferenceRoom {
    const known = this.live.get(name)
    if (known) return known
    const room: ConferenceRoom = new ConferenceRoom({
      sid: newSid('CF', this.random),
      name,
      maxParticipants: settings.maxParticipants,
      clock: this.clock,
      observe: (event, sequence) => settings.observe(room, event, sequence),
      over: () => {
        this.live.delete(name)
        this.past = [room, ...this.past].slice(0, MOST_PAST)
      },
    })
    this.live.set(name, room)
    return room
  }

  /** By SID, also of one that is over; or by the name of a live one. */
  get(sidOrName: string): ConferenceRoom | undefined {
    return this.live.get(sidOrName) ?? this.list().find(({ sid }) => sid === sidOrName)
  }

  /** Newest first, those that are over after the live ones. */
  list(): readonly ConferenceRoom[] {
    return [...[...this.live.values()].reverse(), ...this.past]
  }
}
