import type { Announcement, VoiceWish } from '../../media/index.js'
import { childrenOf, markupOf, type TwimlElement, textOf } from '../document/element.js'
import { digitsToSend, optionalText, text, whole } from '../document/fields.js'
import type { Reader } from '../document/reader.js'
import type { VerbContext } from '../running/context.js'

/** Something to hear: what `<Say>`, `<Play>` and `<Pause>` are, alone or inside of other verbs. */
export interface Prompt {
  /** Undefined, and reported, when there is nothing to play: a URL that is none. */
  announcement(context: VerbContext): Announcement | undefined
}

/** Twilio's highest. */
const MOST_LOOPS = 1000

/** ms that a key of `<Play digits>` is pressed. */
const PRESS_MS = 100

export const sayModel = {
  element: 'Say',
  fields: { voice: text(''), language: optionalText, loop: whole(0, MOST_LOOPS, 1) },
  numbers: { loop: 13510 },
}

export const playModel = {
  element: 'Play',
  fields: { digits: digitsToSend, loop: whole(0, MOST_LOOPS, 1) },
  numbers: { loop: 13410 },
}

export const pauseModel = {
  element: 'Pause',
  fields: { length: whole(0, 3600, 1) },
  numbers: { length: 13910 },
}

const readers: Readonly<Record<string, (element: TwimlElement, reader: Reader) => Prompt | undefined>> = {
  Say: say,
  Play: play,
  Pause: pause,
}

/** Reads the prompts in an element; other children are reported as skipped. */
export function promptsIn(element: TwimlElement, reader: Reader, number?: number): Prompt[] {
  return reader
    .children(element, Object.keys(readers), number)
    .flatMap((child) => readers[child.name]!(child, reader) ?? [])
}

/** What `<Say>` reads out; undefined, with a warning, where there is nothing. */
export function say(element: TwimlElement, reader: Reader): Prompt | undefined {
  const { voice, language, loop } = reader.attributes(element, sayModel)
  const ssml = childrenOf(element).length > 0
  const words = ssml ? markupOf(element) : textOf(element)
  if (words === '') {
    reader.warn(element, 'there is nothing to say', 13520)
    return undefined
  }
  const item: Announcement = { kind: 'speech', text: words, ssml, voice: voiceOf(voice, language), loop }
  return { announcement: () => item }
}

/** What `<Play>` plays or presses; undefined, with a warning, where that is nothing. */
export function play(element: TwimlElement, reader: Reader): Prompt | undefined {
  const { digits, loop } = reader.attributes(element, playModel)
  if (digits !== undefined) {
    const item: Announcement = { kind: 'digits', digits, pressMs: PRESS_MS }
    return { announcement: () => item }
  }
  const url = textOf(element)
  if (url === '') {
    reader.warn(element, 'there is no URL to play')
    return undefined
  }
  return {
    announcement(context) {
      const source = context.resolve(url)
      return source === undefined ? undefined : { kind: 'media', source, loop }
    },
  }
}

export function pause(element: TwimlElement, reader: Reader): Prompt & { readonly ms: number } {
  const ms = reader.attributes(element, pauseModel).length * 1000
  return { ms, announcement: () => ({ kind: 'silence', durationMs: ms }) }
}

/** A voice's own language (`Google.es-US-Wavenet-A`) goes before the default, as on Twilio. */
function voiceOf(voice: string, language: string | undefined): VoiceWish {
  const named = /(?:^|\.)([a-z]{2,3}-[A-Z]{2})-/.exec(voice)?.[1]
  return { provider: '', voice, language: language || named || 'en-US', settings: {} }
}
