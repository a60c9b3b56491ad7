import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { systemClock } from '../base/clock.js'
import type { Log } from '../base/log.js'
import { type CallRecords, Calls, type CallsOptions } from '../calls/index.js'
import type { Config } from '../config/index.js'
import type { MediaEvent, MediaPort } from '../media/index.js'

export interface CallsSideParts
  extends Pick<CallsOptions, 'accounts' | 'routing' | 'out' | 'callNamed' | 'rejected' | 'web'> {
  readonly media: MediaPort
  readonly records: CallRecords
  readonly log: Log
}

/** All calls of the node, which from now on hear what the media plane tells. */
export function createCalls(config: Config, parts: CallsSideParts): Calls {
  const { media, records, log } = parts
  const calls = new Calls({
    ...parts,
    clock: systemClock,
    random: randomBytes,
    maxCalls: config.limits.calls,
    mediaHosts: config.rtp.hosts,
    publicAddress: config.rtp.publicAddress,
    srtp: config.rtp.srtp,
    recordings: join(config.data.dir, 'recordings'),
    recordAll: config.recording.enabled,
  })
  media.onEvent = (event) => {
    if (event.type === 'timeline') for (const entry of event.events) records.timeline(entry)
    else if (event.type === 'log') logMedia(log, event)
    else calls.mediaEvent(event)
  }
  return calls
}

function logMedia(log: Log, { level, message }: Extract<MediaEvent, { type: 'log' }>): void {
  log[level]({ plane: 'media' }, message)
}
