import type { VerbKind } from '../running/verb.js'
import { connectVerb } from './connect/connect.js'
import { dialVerb } from './dial/dial.js'
import { enqueueVerb } from './enqueue.js'
import { hangupVerb, leaveVerb, redirectVerb, rejectVerb } from './flow.js'
import { gatherVerb } from './gather/gather.js'
import { recordVerb } from './record.js'
import { referVerb } from './refer.js'
import { pauseVerb, playVerb, sayVerb } from './say-play-pause.js'
import { startVerb, stopVerb } from './start/start-stop.js'

const kinds: readonly VerbKind[] = [
  connectVerb,
  dialVerb,
  enqueueVerb,
  gatherVerb,
  hangupVerb,
  leaveVerb,
  pauseVerb,
  playVerb,
  recordVerb,
  redirectVerb,
  referVerb,
  rejectVerb,
  sayVerb,
  startVerb,
  stopVerb,
]

/** Every verb there is. */
export const verbTable: ReadonlyMap<string, VerbKind> = new Map(kinds.map((kind) => [kind.name, kind]))
