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

/** Mel bins of the recognisers' features. */
export const melBins = 80

/** The mel bin whose middle is nearest to `hz`: 80 bins from 20 Hz to 400 Hz below the middle of 16 kHz (Kaldi's fbank). */
export function melBinOf(hz: number): number {
  const mel = (f: number) => 1127 * Math.log(1 + f / 700)
  const step = (mel(7600) - mel(20)) / (melBins + 1)
  return Math.round((mel(hz) - mel(20)) / step) - 1
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
