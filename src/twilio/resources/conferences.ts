import type { ConferenceRecord } from '../../store/index.js'
import type { ConferenceRoom } from '../../twiml/index.js'

/** A conference as it is kept. */
export function conferenceRecord(room: ConferenceRoom): ConferenceRecord {
  const { sid, name, status, createdAt, updatedAt, ending } = room
  return {
    ...{ sid, name, status, createdAt, updatedAt },
    endReason: ending?.reason ?? null,
    endedBy: ending?.by?.call.identity.callSid ?? null,
  }
}
