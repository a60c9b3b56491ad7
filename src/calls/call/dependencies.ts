import type { Clock } from '../../base/clock.js'
import type { Log } from '../../base/log.js'
import type { MediaPort } from '../../media/index.js'
import type { RtpStats } from '../../rtp/index.js'
import type { CallEnd, Store } from '../../store/index.js'
import type { RandomBytes } from '../identity.js'

/** Where calls are written down. Never waits, never throws. */
export interface CallRecords
  extends Pick<
    Store,
    'callStarted' | 'callUpdated' | 'callMeasured' | 'sessionStarted' | 'sessionEnded' | 'timeline'
  > {
  /** @param quality the leg's figures; undefined when it never had media */
  callEnded(callSid: string, end: CallEnd, quality: RtpStats | undefined): void
}

/** What every call needs of the world. */
export interface CallDependencies {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly media: MediaPort
  readonly records: CallRecords
  readonly log: Log
}
