import type { CodecName } from '../audio/index.js'

/**
 * Equipment impairment and robustness to loss with concealment (ITU-T G.113 Appendix I for G.711; the wideband codecs are
 * rated on the same narrowband scale, on which their coding itself costs nothing).
 */
const robustness: Record<CodecName, number> = { PCMU: 25.1, PCMA: 25.1, G722: 25.1, opus: 30 }

/**
 * Estimates how listeners would rate the audio, 1 to 4.5, by the E-model (ITU-T G.107) with its default values, reduced to
 * delay and random loss.
 * @param lossRatio share of the audio that had to be concealed, 0 to 1
 * @param delayMs from mouth to ear, one way
 */
export function meanOpinion(codec: CodecName, lossRatio: number, delayMs: number): number {
  const lossPercent = lossRatio * 100
  const equipment = (95 * lossPercent) / (lossPercent + robustness[codec])
  const delay = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0)
  const rating = 93.2 - delay - equipment
  if (rating <= 0) return 1
  const opinion = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
  return Math.max(1, Math.min(4.5, opinion))
}
