import { once } from 'node:events'
import type { Listening, ListenOptions, Transcript } from '../../../../src/speech/engine.js'
import type { RegisteredStt } from '../../../../src/speech/vendor.js'

export function listenOptions(changes: Partial<ListenOptions> = {}): ListenOptions {
  return { language: 'en-US', sampleRate: 16_000, model: '', hints: [], settings: {}, ...changes }
}

/** Writes audio in frames of 20 ms, all voiced, then silence. */
export function write(listening: Listening, pcm: Int16Array, sampleRate: number, silenceMs: number): void {
  const frame = sampleRate / 50
  for (let at = 0; at < pcm.length; at += frame) {
    const piece = new Int16Array(frame)
    piece.set(pcm.subarray(at, at + frame))
    listening.write(piece, true)
  }
  for (let ms = 0; ms < silenceMs; ms += 20) listening.write(new Int16Array(frame), false)
}

export interface Heard {
  readonly partials: readonly string[]
  readonly final: Transcript
}

/** Lets an engine hear one turn, which ends as the model says. */
export async function hear(
  engine: RegisteredStt,
  pcm: Int16Array,
  changes: Partial<ListenOptions> = {},
): Promise<Heard> {
  const options = listenOptions(changes)
  const listening = engine.open(options)
  const partials: string[] = []
  const finals: Transcript[] = []
  listening.on('partial', ({ text }) => partials.push(text))
  listening.on('final', (transcript) => finals.push(transcript))
  const failed = once(listening, 'error').then(([error]) => Promise.reject(error))
  failed.catch(() => {})
  const ended = once(listening, 'endOfTurn')
  write(listening, pcm, options.sampleRate, 2_500)
  await Promise.race([ended, failed])
  await listening.close()
  return { partials, final: finals[0]! }
}

/** ms of silence after a turn that a model needs to end it, for engines that hear while they are written to. */
export async function silenceToEnd(
  engine: RegisteredStt,
  pcm: Int16Array,
  changes: Partial<ListenOptions> = {},
): Promise<number> {
  const options = listenOptions(changes)
  const listening = engine.open(options)
  let ended = false
  listening.on('endOfTurn', () => {
    ended = true
  })
  write(listening, pcm, options.sampleRate, 0)
  let ms = 0
  for (; !ended && ms < 5_000; ms += 20) write(listening, new Int16Array(0), options.sampleRate, 20)
  await listening.close()
  return ms
}
