import type { CallLeg } from './call/leg.js'
import type { Observers } from './call/observers.js'
import type { CallControl } from './call-control.js'

/** A living call as bridges and conferences handle it. */
export interface Participant {
  readonly handle: CallControl
  readonly leg: CallLeg
  readonly observers: Observers
}
