import type { SherpaResult } from '../../sherpa/addon.js'
import type { Outcome } from './messages.js'

/**
 * A model's answer as transcripts have it.
 * @param capitals the model writes in capitals only, which says nothing: they become small letters
 */
export function outcomeOf(
  { text, ys_probs: probabilities = [], lang }: SherpaResult,
  capitals: boolean,
): Outcome {
  const plain = text.replace(/\s+/g, ' ').trim()
  const language = lang?.replace(/[<|>]/g, '').trim()
  const mean = probabilities.reduce((sum, log) => sum + log, 0) / probabilities.length
  return {
    text: capitals ? plain.toLowerCase() : plain,
    ...(probabilities.length > 0 && Number.isFinite(mean) && { confidence: Math.min(1, Math.exp(mean)) }),
    ...(language && { language }),
  }
}
