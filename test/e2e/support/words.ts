import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Pcm, writeWav } from './speech.js'

export interface SpokenWord {
  readonly word: string
  readonly startMs: number
  readonly endMs: number
}

/**
 * When each word of a known text is heard in a 16 kHz recording of it, by an independent PocketSphinx made to follow the
 * text (a grammar of this one sentence): exact to some 30 ms.
 */
export function alignWords(text: string, pcm: Pcm, dir: string): SpokenWord[] {
  const words = text
    .toLowerCase()
    .replace(/[^a-z' ]+/g, ' ')
    .trim()
  const grammar = join(dir, `align-${Date.now()}.gram`)
  writeFileSync(grammar, `#JSGF V1.0;\ngrammar align;\npublic <text> = ${words};\n`)
  const wav = writeWav(join(dir, `align-${Date.now()}.wav`), pcm)
  const output = execFileSync(
    'pocketsphinx_continuous',
    ['-infile', wav, '-jsgf', grammar, '-time', 'yes', '-logfn', '/dev/null'],
    { encoding: 'utf8' },
  )
  const found = [...output.matchAll(/^([a-z']+)(?:\(\d+\))? ([\d.]+) ([\d.]+) [\d.]+$/gm)].map((match) => ({
    word: match[1]!,
    startMs: Number(match[2]) * 1000,
    endMs: Number(match[3]) * 1000,
  }))
  if (found.map(({ word }) => word).join(' ') !== words.replace(/\s+/g, ' ')) {
    throw new Error(`the words of "${text}" could not be found in its recording:\n${output}`)
  }
  return found
}
