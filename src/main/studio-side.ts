import { randomBytes } from 'node:crypto'
import { systemClock } from '../base/clock.js'
import type { Log } from '../base/log.js'
import type { Config } from '../config/index.js'
import type { Store } from '../store/index.js'
import { type ConfiguredFlow, flowTextOf, readFlowFile, Studio } from '../studio/index.js'
import type { TwilioIdentity } from './twilio-side.js'

export interface StudioSideParts extends TwilioIdentity {
  readonly log: Log
  readonly store: Store
  /** What the outside calls the HTTP server; asked for once it listens. */
  readonly baseUrl: () => string
}

/** @throws ParleyError `flow_invalid`, `store_failed` */
export function loadStudio(config: Config, parts: StudioSideParts): Promise<Studio> {
  const { hosts } = config.twilio
  return Studio.load({ ...parts, hosts, flows: flowsOf(config), clock: systemClock, random: randomBytes })
}

/** The flows of the configuration, read and checked. @throws ParleyError `flow_invalid` naming file and place */
function flowsOf({ studio }: Pick<Config, 'studio'>): ConfiguredFlow[] {
  return studio.flows.map((entry) => readFlowFile(entry, flowTextOf(entry.file)))
}
