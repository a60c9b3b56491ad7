import type { Clock } from '../../base/clock.js'
import type { Log } from '../../base/log.js'
import type { ResolveKeys } from '../relay/settings.js'
import type { RecordingArchive } from '../resources/recordings.js'
import type { Publisher } from '../webhooks/index.js'

/** What every call of this platform needs of the rest. */
export interface CallParts {
  readonly clock: Clock
  readonly publisher: Publisher
  readonly log: Log
  readonly archive: RecordingArchive
  readonly resolveKeys: ResolveKeys
}
