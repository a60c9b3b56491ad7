import type { TwimlElement } from '../../document/element.js'
import type { Reader } from '../../document/reader.js'
import type { Activity, ActivityKind } from '../../running/activities.js'
import type { VerbContext } from '../../running/context.js'

/** Starts it on the call; undefined, and reported, where that cannot be. */
export type Start = (context: VerbContext) => Activity | undefined

/** Something that `<Start>` starts and `<Stop>` stops. */
export interface StartNoun {
  readonly kind: ActivityKind
  /** Undefined, and reported, when it cannot be started. */
  read(element: TwimlElement, reader: Reader): Start | undefined
}
