import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { slice, soundIn } from './locate.js'
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
  const words = spelled(text)
  const grammar = join(dir, `align-${Date.now()}.gram`)
  writeFileSync(grammar, `#JSGF V1.0;\ngrammar align;\npublic <text> = ${words};\n`)
  const found = follow(pcm, dir, '-jsgf', grammar)
  const heard = found.map(({ word }) => word).join(' ')
  if (heard !== words)
    throw new Error(`the words of "${text}" could not be found in its recording: "${heard}"`)
  return found
}

/**
 * The words of a known text that are heard in a 16 kHz recording, in order, by an independent PocketSphinx that may go from
 * any word of it to any other nearby: a word that was lost is missing, one that was said again is there twice.
 */
export function hearWords(text: string, pcm: Pcm, dir: string): string {
  const words = spelled(text).split(' ')
  const steps = words.map((word, i) => `TRANSITION ${i} ${i + 1} 0.9 ${word}`)
  for (let from = 0; from <= words.length; from++) {
    for (let to = Math.max(0, from - FARTHEST); to <= Math.min(words.length, from + FARTHEST); to++) {
      if (to !== from) steps.push(`TRANSITION ${from} ${to} 0.001`)
    }
  }
  const size = [`NUM_STATES ${words.length + 1}`, 'START_STATE 0', `FINAL_STATE ${words.length}`]
  const grammar = join(dir, `hear-${Date.now()}.fsg`)
  writeFileSync(grammar, `${['FSG_BEGIN hear', ...size, ...steps, 'FSG_END'].join('\n')}\n`)
  // After two seconds of silence before the first word it would lose its way in the words that follow.
  const fromMs = (soundIn(pcm)?.fromMs ?? 0) - LEAD_MS
  return follow(slice(pcm, Math.max(0, fromMs)), dir, '-fsg', grammar)
    .map(({ word }) => word)
    .join(' ')
}

/** Silence, in ms, that is left before the first word. */
const LEAD_MS = 500
/** Words that may be lost or said again at one place. */
const FARTHEST = 6

/** A text as the recogniser's dictionary spells it. */
export function spelled(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z' ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** A pause within the recording, of up to 1.5 s, does not end it. */
function follow(pcm: Pcm, dir: string, kind: '-jsgf' | '-fsg', grammar: string): SpokenWord[] {
  const wav = writeWav(join(dir, `follow-${Date.now()}.wav`), pcm)
  const output = execFileSync(
    'pocketsphinx_continuous',
    ['-infile', wav, kind, grammar, '-vad_postspeech', '150', '-time', 'yes', '-logfn', '/dev/null'],
    { encoding: 'utf8' },
  )
  return [...output.matchAll(/^([a-z']+)(?:\(\d+\))? ([\d.]+) ([\d.]+) [\d.]+$/gm)].map((match) => ({
    word: match[1]!,
    startMs: Number(match[2]) * 1000,
    endMs: Number(match[3]) * 1000,
  }))
}

/** Which of some sentences an independent PocketSphinx understands in a 16 kHz recording; '' when none. */
export function whichOf(sentences: readonly string[], pcm: Pcm, dir: string): string {
  const grammar = join(dir, `which-${Date.now()}.gram`)
  writeFileSync(grammar, `#JSGF V1.0;\ngrammar which;\npublic <text> = ${sentences.join(' | ')};\n`)
  const wav = writeWav(join(dir, `which-${Date.now()}.wav`), pcm)
  const args = ['-infile', wav, '-jsgf', grammar, '-logfn', '/dev/null']
  return execFileSync('pocketsphinx_continuous', args, { encoding: 'utf8' }).trim()
}
