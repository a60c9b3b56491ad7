import type { Clock } from '../../base/clock.js'
import type { SpeechToText, TextToSpeech } from '../engine.js'
import type { RegisteredStt, RegisteredTts } from '../vendor.js'
import { VendorError } from '../vendor-error.js'
import { guardSpeech } from './guard-speech.js'
import type { FailoverTimes } from './times.js'

/** What a voice says to show that it can. */
const SHORTEST = 'OK.'
/** Languages that a probe tries, the first that the engine has. */
const LANGUAGES = ['en-US', 'en', 'multi']
/** ms that a connection must hold, after it had to be up, to count as well. */
const HOLD_MS = 1_000
/** ms between the frames of silence that a recogniser hears. */
const FRAME_MS = 20

export interface ProbeContext {
  readonly clock: Clock
  readonly times: FailoverTimes
  /** Ends the probe, with an error. */
  readonly signal: AbortSignal
}

/**
 * Lets a voice say a word. @throws what the engine throws, VendorError `timeout` where its first audio is late, `server`
 * where none comes
 */
export async function probeVoice(
  engine: TextToSpeech & Partial<RegisteredTts>,
  { clock, times, signal }: ProbeContext,
): Promise<void> {
  const voice = LANGUAGES.map((language) => engine.voiceFor?.({ name: '', language })).find(Boolean)
  const stop = new AbortController()
  const request = { text: SHORTEST, ssml: false, sampleRate: 8_000, settings: {} }
  const spoken = engine.speak(
    { voice: '', language: 'en-US', ...voice, ...request },
    AbortSignal.any([signal, stop.signal]),
  )
  const guard = { clock, engine: engine.name, times, bufferedMs: () => 0 }
  try {
    for await (const { pcm } of guardSpeech(spoken, guard)) if (pcm.length > 0) return
  } finally {
    stop.abort()
  }
  throw new VendorError(engine.name, 'server', 'said nothing')
}

/** Lets a recogniser hear silence for as long as a connection may take, and a second. @throws what it fails with */
export function probeEar(
  engine: SpeechToText & Partial<RegisteredStt>,
  { clock, times, signal }: ProbeContext,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const language = LANGUAGES.map((tag) => engine.languageFor?.(tag)).find(Boolean) ?? 'en-US'
    const listening = engine.open({ language, sampleRate: 8_000, model: '', hints: [], settings: {} })
    const frame = new Int16Array(8 * FRAME_MS)
    const endsAt = clock.now() + times.connectMs + HOLD_MS
    const settle = (how: () => void) => {
      timer.cancel()
      signal.removeEventListener('abort', aborted)
      listening.removeAllListeners().on('error', () => {})
      listening.close().catch(() => {})
      how()
    }
    const aborted = () => settle(() => reject(signal.reason))
    const beat = () => {
      if (clock.now() >= endsAt) return settle(resolve)
      listening.write(frame, false)
      timer = clock.after(FRAME_MS, beat)
    }
    let timer = clock.after(FRAME_MS, beat)
    signal.addEventListener('abort', aborted, { once: true })
    listening.on('error', (error) => settle(() => reject(error)))
  })
}
