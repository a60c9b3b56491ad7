import type { VerbContext } from '../../running/context.js'
import { DialedLeg } from './dialed-leg.js'
import type { Party } from './parties.js'
import type { DialRequest } from './request.js'

/** What came of calling some parties. */
export type Rung =
  | { readonly leg: DialedLeg }
  /** Nobody; `last` is the party that was given up last, where any could be called. */
  | { readonly leg: undefined; readonly last: DialedLeg | undefined }

/**
 * Calls parties, all at once or one after the other, until one is ready to be joined; the others are then dropped, as all
 * are when this is interrupted.
 */
export async function ring(
  context: VerbContext,
  parties: readonly Party[],
  request: DialRequest,
  heard: (leg: DialedLeg) => void,
): Promise<Rung> {
  if (!request.sequential) return ringAll(context, parties, request, heard)
  let last: DialedLeg | undefined
  for (const party of parties) {
    const rung = await ringAll(context, [party], request, heard)
    if (rung.leg) return rung
    last = rung.last ?? last
  }
  return { leg: undefined, last }
}

async function ringAll(
  context: VerbContext,
  parties: readonly Party[],
  request: DialRequest,
  heard: (leg: DialedLeg) => void,
): Promise<Rung> {
  const legs: DialedLeg[] = []
  let first: DialedLeg | undefined
  try {
    for (const party of parties) {
      const leg = DialedLeg.dial(context, party, request)
      if (!leg) continue
      legs.push(leg)
      heard(leg)
    }
    const rung = await context.until(firstReady(legs))
    first = rung.leg
    return rung
  } finally {
    for (const leg of legs) if (leg !== first) leg.drop(first ? 'another party answered' : 'given up')
  }
}

function firstReady(legs: readonly DialedLeg[]): Promise<Rung> {
  return new Promise((resolve) => {
    let left = legs.length
    if (left === 0) resolve({ leg: undefined, last: undefined })
    for (const leg of legs) {
      leg.ready.then((ready) => {
        left--
        if (ready) resolve({ leg })
        else if (left === 0) resolve({ leg: undefined, last: leg })
      })
    }
  })
}
