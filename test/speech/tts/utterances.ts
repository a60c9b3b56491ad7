import type { SpeakRequest } from '../../../src/speech/engine.js'
import type { Json } from '../../../src/speech/wire/json.js'
import type { TtsSignal, TtsWire, Utterance } from '../../../src/speech/wire/tts-wire.js'

/** What a call at telephone quality asks for, but for what is changed. */
export function speaking(changes: Partial<SpeakRequest> = {}): SpeakRequest {
  return {
    text: 'Hello there.',
    ssml: false,
    language: 'en-US',
    voice: 'v1',
    sampleRate: 8000,
    settings: {},
    ...changes,
  }
}

export function utter(wire: TtsWire, request: SpeakRequest): Utterance {
  return wire.utter(request, 'parley-1')
}

export function sent(messages: readonly (string | Buffer)[] | undefined): unknown {
  return messages?.map((message) => JSON.parse(message.toString()))
}

/** What messages mean: audio by its bytes, marks by the words and ms. */
export function told(
  utterance: Utterance,
  text: string,
  ...messages: readonly (object | Buffer)[]
): unknown[] {
  return messages
    .flatMap((message): readonly TtsSignal[] => utterance.read(message as Buffer | Json))
    .map((signal) => {
      if (signal.type === 'audio') return [...signal.bytes]
      if (signal.type === 'send') return sent(signal.messages)
      if (signal.type !== 'marks') return signal.type
      return signal.marks
        .map(({ textStart, textEnd, startMs, endMs }) => {
          return `${text.slice(textStart, textEnd)} ${Math.round(startMs)}-${Math.round(endMs)}`
        })
        .join(', ')
    })
}

/** The query of the address that a request is spoken at. */
export function queryOf(wire: TtsWire, request: SpeakRequest): Record<string, string> {
  return Object.fromEntries(new URL(wire.address(request).url).searchParams)
}

export const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64')
