import { describe, expect, it } from 'vitest'
import { namesFor, namesIn } from '../../src/speech/preference.js'

describe('namesFor', () => {
  it.each([
    ['auto', 'en-US', ['auto']],
    ['Flite', 'de', ['flite']],
    [['deepgram', 'auto'], 'en', ['deepgram', 'auto']],
    [{ en: 'deepgram', 'de-DE': ['azure', 'google'], '*': 'auto' }, 'en-GB', ['deepgram']],
    [{ en: 'deepgram', 'de-DE': ['azure', 'google'], '*': 'soniox' }, 'DE-de', ['azure', 'google']],
    [{ en: 'deepgram', 'de-DE': ['azure', 'google'], '*': 'soniox' }, 'de-AT', ['soniox']],
    [{ en: 'deepgram' }, 'fr', ['auto']],
    [{ en: 'deepgram' }, 'constructor', ['auto']],
  ])('%j for %s', (preference, language, names) => {
    expect(namesFor(preference, language)).toEqual(names)
  })
})

describe('namesIn', () => {
  it.each([
    ['auto', []],
    [{ en: ['Deepgram', 'auto'], '*': 'deepgram' }, ['deepgram']],
  ])('%j', (preference, names) => {
    expect(namesIn(preference)).toEqual(names)
  })
})
