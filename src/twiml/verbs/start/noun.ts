import type { TwimlElement } from '../../document/element.js'
import type { Reader } from '../../document/reader.js'
import type { ActivityKind } from '../../running/activities.js'
import type { VerbContext } from '../../running/context.js'

/** Something that `<Start>` starts and `<Stop>` stops. */
export interface StartNoun {
  readonly kind: ActivityKind
  /** Undefined, and reported, when it cannot be started. */
  read(element: TwimlElement, reader: Reader): ((context: VerbContext) => void) | undefined
}
