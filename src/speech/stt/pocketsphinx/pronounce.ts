import { execFileSync } from 'node:child_process'

/** flite's phone set where its names differ from the dictionary's. */
const renamed: Readonly<Record<string, string>> = { ax: 'AH', axr: 'ER', el: 'L', em: 'M', en: 'N', ix: 'IH' }

/**
 * Pronounces a word that the dictionary lacks (a name, mostly) by flite's letter-to-sound rules.
 * Runs flite for some 10 ms: call it from a worker thread, and keep the answer.
 * @returns phones in the dictionary's spelling, e.g. `P AA R L IY`; undefined without flite
 */
export function pronounce(word: string): string | undefined {
  try {
    const printed = execFileSync('flite', ['-voice', 'kal', '-ps', '-t', word, '-o', 'none'], {
      timeout: 2000,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return toDictionaryPhones(printed)
  } catch {
    return undefined
  }
}

/** Translates a line of flite's phones; undefined when none is left. */
export function toDictionaryPhones(printed: string): string | undefined {
  const phones = printed
    .trim()
    .split(/\s+/)
    .filter((phone) => phone !== '' && phone !== 'pau' && phone !== 'ssil')
    .map((phone) => renamed[phone] ?? phone.toUpperCase())
  return phones.length > 0 ? phones.join(' ') : undefined
}
