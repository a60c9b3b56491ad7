/** Words of the small models' language, each a tone of its own, in Hz: all within a telephone's band. */
export const toneWords = {
  open: 500,
  close: 900,
  door: 1400,
  window: 2100,
  table: 2500,
  goodbye: 3000,
} as const

/** A word that sounds like another, and a little more so: what the models hear unless the other is a hint. */
export const rival = { word: 'cable', like: 'table' } as const

export type ToneWord = keyof typeof toneWords

/** What frequencies become before a model sees them. */
export interface MelScale {
  readonly mel: (hz: number) => number
  readonly fromHz: number
  readonly toHz: number
  readonly bins: number
}

/** Mel bins of most recognisers' features. */
export const melBins = 80

const kaldiMel = (hz: number) => 1127 * Math.log(1 + hz / 700)
const slaneyMel = (hz: number) =>
  hz < 1000 ? (hz * 3) / 200 : 15 + (27 * Math.log(hz / 1000)) / Math.log(6.4)

export const scales = {
  /** Kaldi's fbank as icefall's models have it: up to 400 Hz below the middle of 16 kHz. */
  icefall: { mel: kaldiMel, fromHz: 20, toHz: 7600, bins: melBins },
  /** As FunASR's models have it. */
  funasr: { mel: kaldiMel, fromHz: 20, toHz: 8000, bins: melBins },
  /** Slaney's, as librosa computes it. */
  librosa: { mel: slaneyMel, fromHz: 0, toHz: 8000, bins: melBins },
} as const satisfies Record<string, MelScale>

/** The mel bin whose middle is nearest to `hz`. */
export function melBinOf(hz: number, { mel, fromHz, toHz, bins }: MelScale = scales.icefall): number {
  const step = (mel(toHz) - mel(fromHz)) / (bins + 1)
  return Math.round((mel(hz) - mel(fromHz)) / step) - 1
}

/** Says words of the small models' language. @param sampleRate Hz */
export function say(words: readonly ToneWord[], sampleRate: number, wordMs = 300, gapMs = 60): Int16Array {
  const word = Math.round((wordMs * sampleRate) / 1000)
  const pause = Math.round((gapMs * sampleRate) / 1000)
  const edge = Math.round(0.04 * sampleRate)
  const pcm = new Int16Array(words.length * (word + pause))
  words.forEach((name, i) => {
    for (let n = 0; n < word; n++) {
      // Without an edge, a tone sounds like itself only.
      const level = Math.min(1, n / edge, (word - n) / edge)
      const sine = Math.sin((2 * Math.PI * toneWords[name] * n) / sampleRate)
      pcm[i * (word + pause) + n] = Math.round(10_000 * level * sine)
    }
  })
  return pcm
}
