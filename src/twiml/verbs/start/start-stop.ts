import { optionalText } from '../../document/fields.js'
import { next, type VerbKind } from '../../running/verb.js'
import type { StartNoun } from './noun.js'
import { startRecordingNoun } from './recordings.js'
import { startStreamNoun } from './streams.js'
import { startTranscriptionNoun } from './transcriptions.js'

/** By element. */
export const startNouns: Readonly<Record<string, StartNoun>> = {
  Recording: startRecordingNoun,
  Stream: startStreamNoun,
  Transcription: startTranscriptionNoun,
}
const names = Object.keys(startNouns)

/** `<Start>`: what goes on beside the call's other instructions. It does not answer a call that rings. */
export const startVerb: VerbKind = {
  name: 'Start',
  compile(element, reader) {
    reader.attributes(element, { element: 'Start', fields: {}, idle: ['action', 'method'] })
    const starts = reader
      .children(element, names)
      .flatMap((child) => startNouns[child.name]!.read(child, reader) ?? [])
    return {
      async execute(context) {
        for (const start of starts) start(context)
        return next
      },
    }
  },
}

/** `<Stop>`: ends what `<Start>` started, by name, or all of a kind. */
export const stopVerb: VerbKind = {
  name: 'Stop',
  compile(element, reader) {
    reader.attributes(element, { element: 'Stop', fields: {} })
    const stops = reader.children(element, names).map((child) => ({
      child,
      name: reader.attributes(child, { element: 'Stop', fields: { name: optionalText } }).name,
    }))
    return {
      async execute(context) {
        for (const { child, name } of stops) {
          const stopped = context.memory.activities.stop(startNouns[child.name]!.kind, name)
          if (!stopped) context.warn(`<${child.name}> in line ${child.line}: there is none to stop`)
        }
        return next
      },
    }
  },
}
