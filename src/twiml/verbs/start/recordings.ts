import { choice, text } from '../../document/fields.js'
import { recordingFields, startRecording } from '../recording.js'
import type { StartNoun } from './noun.js'

export const recordingModel = {
  element: 'Recording',
  fields: {
    ...recordingFields,
    name: text(''),
    channels: choice(['mono', 'dual'], 'dual'),
    track: choice(['inbound', 'outbound', 'both'], 'both'),
  },
  idle: ['recordingConfigurationId'],
}

/** `<Start><Recording>`: the call is recorded, whatever it does, until `<Stop>` or its end. */
export const startRecordingNoun: StartNoun = {
  kind: 'recording',
  read(element, reader) {
    const { channels, name, ...read } = reader.attributes(element, recordingModel)
    const request = {
      ...read,
      source: 'StartCallRecordingTWIML',
      channels: channels === 'mono' ? (1 as const) : (2 as const),
      maxMs: 0,
      silenceMs: 0,
    }
    return (context) => {
      const { sid, recording } = startRecording(context, context.call, request)
      const activity = { kind: 'recording', sid, name, stop: () => recording.stop() } as const
      recording.ended.then(context.memory.activities.add(activity))
      return activity
    }
  },
}
