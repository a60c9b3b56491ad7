import type { Clock } from '../../base/clock.js'
import type { RandomBytes } from '../../calls/index.js'
import { newSid } from '../running/sids.js'
import { ConferenceRoom, type RoomOptions } from './conference-room.js'

/** The live conferences of one platform, by name and SID. A name belongs to one at a time. */
export class Conferences {
  private readonly live = new Map<string, ConferenceRoom>()

  constructor(
    private readonly clock: Clock,
    private readonly random: RandomBytes,
    private readonly keep: (room: ConferenceRoom) => void = () => {},
  ) {}

  /** The live conference of a name; one is made where there is none, by the settings of whoever comes first. */
  room(
    name: string,
    settings: Pick<RoomOptions, 'maxParticipants' | 'tellsSpeech'> & {
      readonly observe: (room: ConferenceRoom, ...event: Parameters<RoomOptions['observe']>) => void
    },
  ): ConferenceRoom {
    const known = this.live.get(name)
    if (known) return known
    const room: ConferenceRoom = new ConferenceRoom({
      sid: newSid('CF', this.random),
      name,
      maxParticipants: settings.maxParticipants,
      tellsSpeech: settings.tellsSpeech,
      clock: this.clock,
      observe: (event, sequence) => settings.observe(room, event, sequence),
      changed: () => {
        if (room.status === 'completed') this.live.delete(name)
        this.keep(room)
      },
    })
    this.live.set(name, room)
    this.keep(room)
    return room
  }

  /** By name or SID. */
  get(sidOrName: string): ConferenceRoom | undefined {
    return this.live.get(sidOrName) ?? this.list().find(({ sid }) => sid === sidOrName)
  }

  /** Newest first. */
  list(): readonly ConferenceRoom[] {
    return [...this.live.values()].reverse()
  }
}
