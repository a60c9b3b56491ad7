import koffi from 'koffi'

/** flite's phones where their names differ from the dictionary's. */
const renamed = new Map([
  ['ax', 'AH'],
  ['axr', 'ER'],
  ['el', 'L'],
  ['em', 'M'],
  ['en', 'N'],
  ['ix', 'IH'],
])

/** Pronounces a word in lower case: phones in the dictionary's spelling (`P AA R L IY`), undefined where it cannot. */
export type Pronounce = (word: string) => string | undefined

/**
 * Pronounces words that the dictionary lacks, names mostly, by flite's letter-to-sound rules. It calls flite's library,
 * since starting a program takes longer than all of a spotter.
 * @returns undefined when flite is not installed
 */
export function loadPronounce(): Pronounce | undefined {
  try {
    const flite = koffi.load('libflite.so.1', { global: true })
    const words = koffi.load('libflite_cmulex.so.1')
    const lookUp = flite.func(
      'void *lex_lookup(void *lexicon, const char *word, const char *pos, void *features)',
    )
    const first = flite.func('void *val_car(void *list)')
    const rest = flite.func('void *val_cdr(void *list)')
    const text = flite.func('const char *val_string(void *value)')
    const free = flite.func('void delete_val(void *value)')
    flite.func('int flite_init()')()
    const lexicon = words.func('void *cmu_lex_init()')()
    return (word) => {
      const list = lookUp(lexicon, word, null, null)
      const phones: string[] = []
      for (let each = list; each; each = rest(each)) phones.push(text(first(each)))
      if (list) free(list)
      return toDictionaryPhones(phones)
    }
  } catch {
    return undefined
  }
}

/** Translates flite's phones, which may carry a digit of stress; undefined when none is left. */
export function toDictionaryPhones(phones: readonly string[]): string | undefined {
  const spoken = phones
    .map((phone) => phone.replace(/\d$/, ''))
    .filter((phone) => phone !== '' && phone !== 'pau' && phone !== 'ssil')
    .map((phone) => renamed.get(phone) ?? phone.toUpperCase())
  return spoken.length > 0 ? spoken.join(' ') : undefined
}
