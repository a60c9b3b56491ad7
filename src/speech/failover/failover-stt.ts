import type { Listening, ListenOptions, SpeechToText } from '../engine.js'
import { FailoverListening, type FailoverListeningParts } from './failover-listening.js'

/** An engine with the language and model that it would listen in. */
export interface EarCandidate {
  readonly engine: SpeechToText
  readonly language: string
  readonly model: string
  /** What of a listening's settings is meant for it. */
  readonly settings: (wishes: ListenOptions['settings']) => ListenOptions['settings']
}

/** Listens by the first of several engines that can; the next one hears again what the failed one had not settled. */
export class FailoverStt implements SpeechToText {
  readonly name: string
  readonly endpointing: 'engine' | 'relay'

  /** @param candidates in their order; at least one */
  constructor(
    private readonly candidates: readonly EarCandidate[],
    private readonly parts: FailoverListeningParts,
  ) {
    this.name = candidates[0]!.engine.name
    this.endpointing = candidates[0]!.engine.endpointing
  }

  open(options: ListenOptions): Listening {
    return new FailoverListening(this.candidates, options, this.parts)
  }
}
