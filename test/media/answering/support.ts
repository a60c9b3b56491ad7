import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWav, resample } from '../../../src/audio/index.js'
import { AnswerDetector } from '../../../src/media/answering/answer-detector.js'
import type { AnswerFinding, AnswerWish } from '../../../src/media/index.js'
import { sine, speechLike } from '../../audio/signals.js'

export const rate = 8000

/** Telnyx's defaults. */
export const wish: AnswerWish = {
  silenceThreshold: 256,
  initialSilenceMs: 3500,
  greetingMs: 3500,
  afterGreetingSilenceMs: 800,
  betweenWordsMs: 50,
  mostWords: 5,
  longestWordMs: 3500,
  totalMs: 3500,
}

export const samples = (ms: number): number => (ms * rate) / 1000
export const silence = (ms: number): Int16Array => new Int16Array(samples(ms))
export const word = (ms = 300): Int16Array => speechLike(rate, samples(ms))
export const beep = (ms: number, hz = 1000): Int16Array => sine(hz, rate, samples(ms))
/** Words with 100 ms between them. */
export const words = (count: number, ms = 300): Int16Array =>
  joined(...Array.from({ length: count }, () => [word(ms), silence(100)]).flat())

export function joined(...pieces: readonly Int16Array[]): Int16Array {
  return Int16Array.from(pieces.flatMap((piece) => [...piece]))
}

/** What is found in a call that sounds so. */
export function findings(pcm: Int16Array, changes: Partial<AnswerWish> = {}): AnswerFinding[] {
  const found: AnswerFinding[] = []
  const detector = new AnswerDetector(rate, { ...wish, ...changes }, (finding) => found.push(finding))
  for (let at = 0; at + 160 <= pcm.length; at += 160) detector.take(pcm.subarray(at, at + 160))
  return found
}

export function byOf(pcm: Int16Array, changes: Partial<AnswerWish> = {}): string | undefined {
  const [first] = findings(pcm, changes)
  return first?.kind === 'answered' ? first.by : first?.how
}

const prompts = '/usr/share/asterisk/sounds/en_US_f_Allison'
export const hasPrompts = existsSync(prompts)
export const hasFlite = spawnSync('flite', ['--version']).error === undefined

/** A prompt of Asterisk, spoken by a person and recorded. */
export function prompt(name: string): Int16Array {
  return atRate(readFileSync(join(prompts, `${name}.wav`)))
}

export function spoken(text: string, voice = 'slt'): Int16Array {
  const folder = mkdtempSync(join(tmpdir(), 'flite-'))
  try {
    spawnSync('flite', ['-voice', voice, '-t', text, '-o', join(folder, 'said.wav')])
    return atRate(readFileSync(join(folder, 'said.wav')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function atRate(file: Buffer): Int16Array {
  const { pcm, sampleRate } = readWav(file)
  return resample(pcm, sampleRate, rate)
}
