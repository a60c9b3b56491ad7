import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWav, resample } from '../../../src/audio/index.js'
import { findModel } from '../../../src/speech/stt/pocketsphinx/library.js'

/** Whether PocketSphinx and flite are here; says how to get them where not. */
export function hasSpeechTools(): boolean {
  const flite = spawnSync('flite', ['--version']).error === undefined
  if (flite && findModel()) return true
  console.warn('skipped: apt-get install pocketsphinx pocketsphinx-en-us flite')
  return false
}

/** A sentence in one of flite's voices at 16 kHz, between stretches of faint noise. */
export function say(text: string, voice = 'rms'): Int16Array {
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
  try {
    const file = join(folder, 'say.wav')
    execFileSync('flite', ['-voice', voice, '-t', text, '-o', file])
    const { pcm, sampleRate } = readWav(readFileSync(file))
    const speech = resample(pcm, sampleRate, 16_000)
    const padded = new Int16Array(speech.length + 16_000)
    for (let i = 0; i < padded.length; i++) padded[i] = (i * 7919) % 5
    padded.set(speech, 8000)
    return padded
  } finally {
    rmSync(folder, { recursive: true })
  }
}
