import type { VerbKind } from '../running/verb.js'
import { hangupVerb, leaveVerb, redirectVerb, rejectVerb } from './flow.js'
import { pauseVerb, playVerb, sayVerb } from './say-play-pause.js'

const kinds: readonly VerbKind[] = [
  hangupVerb,
  leaveVerb,
  pauseVerb,
  playVerb,
  redirectVerb,
  rejectVerb,
  sayVerb,
]

/** Every verb there is. */
export const verbTable: ReadonlyMap<string, VerbKind> = new Map(kinds.map((kind) => [kind.name, kind]))
