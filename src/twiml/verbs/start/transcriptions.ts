import type { TwimlElement } from '../../document/element.js'
import { choice, flag, method, optionalText, phrases, text } from '../../document/fields.js'
import type { Reader } from '../../document/reader.js'
import { newSid } from '../../running/sids.js'
import { Transcription } from '../transcription.js'
import type { StartNoun } from './noun.js'

export const transcriptionModel = {
  element: 'Transcription',
  fields: {
    name: text(''),
    track: choice(['inbound_track', 'outbound_track', 'both_tracks'], 'both_tracks'),
    statusCallbackUrl: optionalText,
    statusCallbackMethod: method,
    languageCode: text('en-US'),
    inboundTrackLabel: text(''),
    outboundTrackLabel: text(''),
    partialResults: flag(false),
    profanityFilter: flag(true),
    transcriptionEngine: text(''),
    speechModel: text(''),
    hints: phrases,
    enableAutomaticPunctuation: flag(true),
  },
  idle: ['intelligenceService', 'enableProviderData', 'conversationConfiguration', 'conversationId'],
}

/** `<Start><Transcription>`: what is said on the call, as text, to a call-back. */
export const startTranscriptionNoun: StartNoun = {
  kind: 'transcription',
  read(element: TwimlElement, reader: Reader) {
    const request = reader.attributes(element, transcriptionModel)
    for (const child of reader.children(element, ['Config'])) {
      reader.warn(child, 'it has no effect here')
    }
    return (context) => {
      const sid = newSid('GT', context.services.random)
      const transcription = new Transcription(context, sid, request)
      const { name } = request
      const activity = { kind: 'transcription', sid, name, stop: () => transcription.stop() } as const
      transcription.start(context.memory.activities.add(activity))
      return activity
    }
  },
}
