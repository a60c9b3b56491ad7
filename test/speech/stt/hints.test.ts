import { describe, expect, it } from 'vitest'
import { isSpotted, mergeHints, spokenForm } from '../../../src/speech/stt/pocketsphinx/hints.js'
import type { Segment } from '../../../src/speech/stt/pocketsphinx/library.js'
import { toDictionaryPhones } from '../../../src/speech/stt/pocketsphinx/pronounce.js'

/** Words of 20 frames each, one after the other. */
function words(text: string): Segment[] {
  return text.split(' ').map((word, i) => ({ word, first: i * 20, last: i * 20 + 19, score: -1000 }))
}

const keyphrases = new Map([
  ['opening hours', { written: 'Opening Hours', spoken: 'opening hours', phones: 9 }],
  ['yes', { written: 'Yes', spoken: 'yes', phones: 3 }],
  ['hours', { written: 'hours', spoken: 'hours', phones: 4 }],
])

describe('mergeHints', () => {
  it('leaves out noises and marks of pronunciation', () => {
    expect(mergeHints(words('<s> what [NOISE] are(2) ++UH++ you </s>'), [], keyphrases)).toEqual({
      text: 'what are you',
      replaced: false,
    })
  })

  it('puts a hint, as the app wrote it, in the place of what it covers', () => {
    const spotted = [{ word: 'opening hours ', first: 62, last: 99, score: -900 }]
    expect(mergeHints(words('what are your upcoming hard please'), spotted, keyphrases)).toEqual({
      text: 'what are your Opening Hours please',
      replaced: true,
    })
  })

  it('takes the longer of two that overlap', () => {
    const spotted = [
      { word: 'hours', first: 80, last: 99, score: -100 },
      { word: 'opening hours', first: 60, last: 99, score: -900 },
    ]
    expect(mergeHints(words('what are your upcoming hard'), spotted, keyphrases).text).toBe(
      'what are your Opening Hours',
    )
  })

  it('ignores what scores too low, and what is no hint', () => {
    const spotted = [
      { word: 'yes', first: 0, last: 19, score: -2100 },
      { word: 'no', first: 20, last: 39, score: -10 },
    ]
    expect(mergeHints(words('than what'), spotted, keyphrases)).toEqual({
      text: 'than what',
      replaced: false,
    })
  })

  it('finds a hint where nothing else was understood', () => {
    const spotted = [{ word: 'yes', first: 5, last: 30, score: -600 }]
    expect(mergeHints([], spotted, keyphrases).text).toBe('Yes')
  })
})

describe('hints', () => {
  it.each([
    ['Opening Hours', 'opening hours'],
    ['  Ms. O’Neil-Smith! ', "ms o'neil smith"],
    ['24/7', ''],
    ['', ''],
  ])('speaks %j as %j', (written, spoken) => {
    expect(spokenForm(written)).toBe(spoken)
  })

  it('wants longer phrases to score higher per phone', () => {
    expect(isSpotted(-1300, 3)).toBe(true)
    expect(isSpotted(-1400, 3)).toBe(false)
    expect(isSpotted(-1400, 9)).toBe(true)
    expect(isSpotted(-2400, 9)).toBe(false)
  })

  it("turns flite's phones into the dictionary's", () => {
    expect(toDictionaryPhones(['pau', 'p', 'aa1', 'r', 'l', 'iy0', 'pau'])).toBe('P AA R L IY')
    expect(toDictionaryPhones(['b', 'aa1', 't', 'ax0', 'n'])).toBe('B AA T AH N')
    expect(toDictionaryPhones(['pau'])).toBeUndefined()
  })
})
