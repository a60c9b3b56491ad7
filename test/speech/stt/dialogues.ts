import type { ListenOptions } from '../../../src/speech/engine.js'
import type { SttDialogue } from '../../../src/speech/wire/stt-dialogue.js'

/** What a call at telephone quality listens with, but for what is changed. */
export function listening(changes: Partial<ListenOptions> = {}): ListenOptions {
  return { language: 'en-US', sampleRate: 8000, model: '', hints: [], settings: {}, ...changes }
}

/** What the messages mean, each signal as `type` or `type: text`. */
export function heard(dialogue: SttDialogue, ...messages: readonly object[]): string[] {
  return messages
    .flatMap((message) => dialogue.read(JSON.stringify(message)))
    .map((signal) => ('transcript' in signal ? `${signal.type}: ${signal.transcript.text}` : signal.type))
}

/** The query of the dialogue's URL; of a name that comes several times, the list. */
export function queryOf({ url }: SttDialogue): Record<string, string | string[]> {
  const { searchParams } = new URL(url)
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const all = searchParams.getAll(name)
      return [name, all.length > 1 ? all : all[0]!]
    }),
  )
}

/** The JSON messages that a dialogue begins with. */
export function opening(dialogue: SttDialogue): unknown[] {
  return dialogue.opening().map((message) => JSON.parse(message.toString()))
}
