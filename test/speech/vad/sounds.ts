import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Audio, readWav } from '../../../src/audio/index.js'

/** Noise that is the same in every run: 32-bit linear congruential, near enough to normal by the sum of four. */
export function noiseSource(seed = 1): () => number {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
  return () => (next() + next() + next() + next()) * 0.87
}

/** `ms` of a sound given sample by sample, `t` in seconds. */
export function sound(sampleRate: number, ms: number, at: (t: number, i: number) => number): Int16Array {
  const length = Math.round((sampleRate * ms) / 1000)
  return Int16Array.from({ length }, (_, i) => Math.max(-32768, Math.min(32767, at(i / sampleRate, i))))
}

export function concat(...parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** 20 ms frames of a sound; what is left over at the end is dropped. */
export function* frames(pcm: Int16Array, sampleRate: number): Generator<Int16Array> {
  const size = sampleRate / 50
  for (let at = 0; at + size <= pcm.length; at += size) yield pcm.subarray(at, at + size)
}

export const hasFlite = ['/usr/bin/flite', '/usr/local/bin/flite'].some(existsSync)
export const prompts = '/usr/share/asterisk/sounds/en_US_f_Allison'
export const hasPrompts = existsSync(join(prompts, 'agent-pass.wav'))

/** flite saying something, at 16 kHz. */
export function say(voice: 'slt' | 'rms', text: string): Audio {
  const folder = mkdtempSync(join(tmpdir(), 'parley-vad-'))
  try {
    const file = join(folder, 'said.wav')
    execFileSync('flite', ['-voice', voice, '-t', text, '-o', file])
    return readWav(readFileSync(file))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Position in ms of the first 5 ms louder than -40 dB of full scale: where a listener would put the onset. */
export function onsetMs(pcm: Int16Array, sampleRate: number): number {
  const step = sampleRate / 200
  for (let at = 0; at + step <= pcm.length; at += step) {
    let sum = 0
    for (let i = at; i < at + step; i++) sum += pcm[i]! ** 2
    if (sum / step > (32768 * 0.01) ** 2) return (at * 1000) / sampleRate
  }
  throw new Error('the sound is silent')
}
