import type { ModelKind, StreamingKind } from '../../models/index.js'

/** Silence that ends a turn in which nothing was understood, and speech that is settled without any, in seconds. */
const endpoint = { withoutWords: 2.4, longest: 30 }

/**
 * When speech is over, as sherpa-onnx is told: in its own seconds, for which it takes every step of a CTC model for 40 ms,
 * as icefall's are.
 * @param endOfTurn seconds of silence after words
 */
export function endRules(kind: StreamingKind, endOfTurn: number): object {
  const { withoutWords, longest } = endpoint
  // Steps of 80 ms.
  if (kind === 'streaming-nemo-ctc') return rules(withoutWords / 2, endOfTurn / 2, longest)
  if (kind === 'streaming-t-one') {
    // Ten steps of 30 ms are looked at together, and only when the next ten are there; they count as 30 ms of speech, so that
    // there is soon more silence than speech, which is taken for none.
    const silence = Math.max(0.1, endOfTurn - 0.3)
    return rules(silence, silence, longest / 10)
  }
  if (kind === 'streaming-paraformer') {
    // Silence is counted in steps of 600 ms, from the beginning of the one with the last word. Words of the first one are
    // taken for none.
    const silence = Math.max(0.61, endOfTurn + 0.3)
    return rules(silence, silence, longest)
  }
  return rules(withoutWords, endOfTurn, longest)
}

/** Silence, in seconds, after which a model has looked at all that was before: a step, and what it looks ahead. */
export function tailOf(kind: ModelKind): number {
  if (kind === 'streaming-nemo-ctc' || kind === 'streaming-nemo-transducer') return 1.3
  return kind === 'streaming-paraformer' ? 0.9 : 0.6
}

function rules(silence: number, silenceAfterWords: number, speech: number): object {
  return {
    rule1MinTrailingSilence: silence,
    rule2MinTrailingSilence: silenceAfterWords,
    rule3MinUtteranceLength: speech,
  }
}
