import type { Clock } from '../../base/clock.js'
import type { CallService, RandomBytes } from '../../calls/index.js'
import type { Store } from '../../store/index.js'
import type { Conferences, Queues, Twiml } from '../../twiml/index.js'
import type { Account } from '../account/account.js'
import type { Recorder } from '../call/recorder.js'
import type { StatusReports } from '../call/status.js'
import type { TwilioCalls } from '../call/twilio-calls.js'
import type { Application } from '../resources/applications.js'
import type { KeptThings } from '../resources/kept.js'
import type { Keys } from '../resources/keys.js'
import type { PhoneNumber } from '../resources/numbers.js'
import type { Recordings } from '../resources/recordings.js'
import type { Transcripts } from '../resources/transcripts.js'

/** What requests are about. */
export interface ApiContext {
  readonly account: Account
  readonly clock: Clock
  readonly random: RandomBytes
  readonly service: CallService
  readonly calls: TwilioCalls
  readonly status: StatusReports
  readonly recorder: Recorder
  readonly recordings: Recordings
  readonly twiml: Twiml
  readonly transcripts: Transcripts
  readonly conferences: Conferences
  readonly queues: Queues
  readonly keys: Keys
  readonly numbers: KeptThings<PhoneNumber>
  readonly applications: KeptThings<Application>
  readonly store: Pick<
    Store,
    | 'getCall'
    | 'searchCalls'
    | 'deleteCall'
    | 'getSessions'
    | 'getTimeline'
    | 'getMetrics'
    | 'callLog'
    | 'resources'
    | 'conferences'
  >
  /** What the outside calls the HTTP server. */
  readonly baseUrl: () => string
}
