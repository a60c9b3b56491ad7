import { spawnSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What begins and ends a text and stands between words, and is silent. */
const silent = [...'$^ ;:,.!?']
/** Letters and signs that eSpeak NG writes the tests' languages with; the first stands between two of them, where it must. */
const sounds = ['_', ...'abcdefhijklmnopqrstuvwxyz', ...'æçðøŋœɐɑɒɔəɚɛɜɡɣɪɲɹɾʃʊʌʒʔʝʤʧʎʲˈˌː̩̃βθᵻẽõ']

/** Pieces of text that a model knows, by their numbers. */
export const phonemes: readonly string[] = [...silent, ...sounds]

/** For each of `phonemes`, 1 where it is heard and 0 where it is silent. */
export const loudness: readonly number[] = phonemes.map((one) => (silent.includes(one) ? 0 : 1))

/** Where eSpeak NG keeps its data on this machine; undefined where it is not installed. */
export function espeakData(): string | undefined {
  const { stdout } = spawnSync('espeak-ng', ['--version'], { encoding: 'utf8' })
  return /Data at: (.+)/.exec(stdout ?? '')?.[1]?.trim()
}

/** Puts `tokens.txt` and eSpeak NG's data into a model's folder, as the archives of k2-fsa have them. */
export function writePhonemes(folder: string): void {
  writeFileSync(join(folder, 'tokens.txt'), phonemes.map((one, id) => `${one} ${id}\n`).join(''))
  symlinkSync(espeakData()!, join(folder, 'espeak-ng-data'))
}
