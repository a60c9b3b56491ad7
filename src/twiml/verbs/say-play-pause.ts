import type { TwimlElement } from '../document/element.js'
import type { Reader } from '../document/reader.js'
import { next, type VerbKind } from '../running/verb.js'
import { type Prompt, pause, play, say } from './prompts.js'

/** `<Say>`: text or speech markup, read out. */
export const sayVerb: VerbKind = heard('Say', say)

/** `<Play>`: WAV or MP3 by URL, or keys. */
export const playVerb: VerbKind = heard('Play', play)

/** `<Pause>`: silence. It does not answer a ringing call, which then rings on for so long. */
export const pauseVerb: VerbKind = {
  name: 'Pause',
  compile(element, reader) {
    const { ms } = pause(element, reader)
    return {
      async execute(context) {
        await context.wait(ms)
        return next
      },
    }
  },
}

function heard(name: string, read: (element: TwimlElement, reader: Reader) => Prompt | undefined): VerbKind {
  return {
    name,
    compile(element, reader) {
      const prompt = read(element, reader)
      if (!prompt) return undefined
      return {
        async execute(context) {
          const item = prompt.announcement(context)
          if (!item) return next
          await context.answer()
          await context.play(item)
          return next
        },
      }
    },
  }
}
