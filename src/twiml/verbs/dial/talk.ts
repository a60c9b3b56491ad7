import type { BridgeOptions, CallControl } from '../../../calls/index.js'
import type { VerbContext } from '../../running/context.js'
import type { DialRequest } from './request.js'

/** How a conversation between two parties came to its end. */
export type TalkEnd =
  | { readonly kind: 'over' }
  /** The other party was given other instructions, and is not the caller's any more. */
  | { readonly kind: 'taken' }
  /** The other party wants the caller to talk to somebody else. */
  | { readonly kind: 'referred'; readonly target: string }

/** What becomes of either party when the other one is gone. */
type Afterwards = NonNullable<BridgeOptions['afterwards']>

/** What becomes of the caller is for the document to say; a called party has nothing without the caller. */
const calledParty: Afterwards = { self: 'park', other: 'hangup' }

/** Joins the caller with a called party who has answered, or sounds already. */
export function join(caller: CallControl, called: CallControl, afterwards = calledParty): void {
  if (caller.partner !== called) caller.bridge(called, { afterwards })
}

/** Lets two parties talk until one of them leaves. */
export async function talk(
  context: VerbContext,
  called: CallControl,
  request: Pick<DialRequest, 'hangupOnStar' | 'referUrl'>,
  afterwards?: Afterwards,
): Promise<TalkEnd> {
  const { call: caller } = context
  const stops: (() => void)[] = []
  const over = new Promise<TalkEnd>((resolve) => {
    if (called.state === 'ended') resolve({ kind: 'over' })
    stops.push(
      called.observe({
        ended: () => resolve({ kind: 'over' }),
        referred(refer) {
          if (request.referUrl === undefined) {
            context.warn('<Dial>: the called party asked for a transfer, and there is no referUrl', 13802)
            return false
          }
          refer.accept().progress(200)
          resolve({ kind: 'referred', target: refer.target })
          return true
        },
      }),
      caller.observe({
        unbridged: (other, cause) => {
          if (other === called && cause === 'asked') resolve({ kind: 'taken' })
        },
        digit: (key) => {
          if (key === '*' && request.hangupOnStar) called.hangup('the caller pressed *')
        },
      }),
    )
  })
  try {
    join(caller, called, afterwards)
    return await context.until(over)
  } finally {
    for (const stop of stops) stop()
  }
}
