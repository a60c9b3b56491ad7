/** Words by which a listener shows that they follow, without wanting to speak, by primary language subtag. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  en: [
    'yeah',
    'yes',
    'yep',
    'ok',
    'okay',
    'right',
    'sure',
    'uh',
    'huh',
    'uhhuh',
    'um',
    'hm',
    'hmm',
    'mm',
    'mhm',
    'mmhmm',
    'ah',
    'oh',
    'alright',
    'i',
    'see',
    'got',
    'it',
  ],
  es: ['sí', 'si', 'vale', 'ya', 'ajá', 'aja', 'claro', 'bueno', 'mm', 'eh'],
  de: ['ja', 'okay', 'ok', 'genau', 'gut', 'mhm', 'hm', 'aha', 'stimmt', 'ah', 'ach', 'so'],
  fr: ['oui', 'ouais', 'ok', 'okay', "d'accord", 'accord', 'd', 'ah', 'hum', 'hm', 'bien', 'voilà'],
  it: ['sì', 'si', 'ok', 'okay', 'certo', 'ah', 'mm', 'va', 'bene', 'giusto'],
  pt: ['sim', 'ok', 'okay', 'tá', 'certo', 'claro', 'ah', 'hum', 'aham'],
}

/** Longer than this is meant to be heard, whatever the words. */
const MOST_WORDS = 3

/** Whether an utterance only shows that the caller follows ("mhm", "yeah okay"). */
export function isBackchannel(text: string, language: string): boolean {
  const known = WORDS[language.toLowerCase().split('-')[0] ?? ''] ?? WORDS['en']!
  const words = text
    .toLowerCase()
    .replace(/[-']/g, '')
    .split(/[^\p{L}]+/u)
    .filter(Boolean)
  return words.length > 0 && words.length <= MOST_WORDS && words.every((word) => known.includes(word))
}
