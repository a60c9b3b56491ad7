import { expect, it } from 'vitest'
import { likelyLanguages, nameAmong } from '../../../src/speech/languages.js'
import { fittingTerms, tokensOf } from '../../../src/speech/stt/terms.js'

it('takes each term once, in order, and leaves out what is too long or empty', () => {
  expect(fittingTerms([' table ', '', 'table', 'x'.repeat(51), 'hours'], { most: 9, length: 50 })).toEqual([
    'table',
    'hours',
  ])
  expect(fittingTerms(['a', 'b', 'c'], { most: 2 })).toEqual(['a', 'b'])
})

it('leaves out what would cost too much together, and takes what still fits', () => {
  expect(fittingTerms(['four', 'fifteen', 'six'], { most: 9, total: 8 })).toEqual(['four', 'six'])
})

it.each([
  ['hello', 2],
  ['opening hours', 5],
  ['OK-XA14', 7],
  ['AKEVA', 5],
])('counts %s as %i tokens', (term, tokens) => {
  expect(tokensOf(term)).toBe(tokens)
})

it.each([
  ['nb-NO', ['no', 'sv'], 'no-NO'],
  ['no-NO', ['nb'], 'nb-NO'],
  ['fil', ['tl'], 'tl'],
  ['zh-HK', ['zh', 'yue'], 'zh-HK'],
  ['zh-HK', ['yue'], 'yue-HK'],
  ['de-DE', ['en'], undefined],
])('%s among %j is %s', (language, languages, expected) => {
  expect(nameAmong(languages, language)).toBe(expected)
})

it('expects one tag of each language that the session declares, or usual ones beside a single one', () => {
  expect(likelyLanguages(['multi', 'en-GB', 'en-US', 'fr-CA'], 4)).toEqual(['en-GB', 'fr-CA'])
  expect(likelyLanguages(['nl-NL'], 3)).toEqual(['nl-NL', 'en-US', 'es-ES'])
  expect(likelyLanguages(undefined, 2)).toEqual(['en-US', 'es-ES'])
})
