import { refuse } from '../errors/index.js'
import * as recording from '../schemas/recording.js'
import * as streaming from '../schemas/streaming.js'
import * as transcription from '../schemas/transcription.js'
import { streamFacts } from './after-answer.js'
import { command } from './command.js'
import { codable } from './stream-codecs.js'

export const streamingStart = command({
  summary: "Stream the call's audio to a WebSocket",
  body: streaming.streamingStart,
  run(call, body, context) {
    const id = context.uuid()
    call.streaming.start(codable(body, context), id, streamFacts(call, context))
    return { stream_id: id }
  },
})

export const streamingStop = command({
  summary: 'Stop streaming',
  body: streaming.streamingStop,
  run(call, { stream_id: id }) {
    call.streaming.stop(id)
  },
})

export const transcriptionStart = command({
  summary: 'Transcribe the call',
  body: transcription.transcriptionStart,
  run(call, body) {
    call.transcribing.start(body)
  },
})

export const transcriptionStop = command({
  summary: 'Stop transcribing',
  body: transcription.transcriptionStop,
  run(call) {
    call.transcribing.stop()
  },
})

export const recordStart = command({
  summary: 'Record the call',
  body: recording.recordStart,
  needsAnswer: false,
  run(call, body, { uuid }) {
    if (call.call.state !== 'answered') refuse('90020')
    const id = uuid()
    call.recordings.start(body, id)
    return { recording_id: id }
  },
})

export const recordStop = command({
  summary: 'Stop recording',
  body: recording.recordStop,
  run(call, { recording_id: id }) {
    call.recordings.stop(id)
  },
})

export const recordPause = command({
  summary: 'Leave out of the recording what follows',
  body: recording.recordPause,
  run(call, { recording_id: id }) {
    call.recordings.pause(id, true)
  },
})

export const recordResume = command({
  summary: 'Go on recording',
  body: recording.recordPause,
  run(call, { recording_id: id }) {
    call.recordings.pause(id, false)
  },
})
