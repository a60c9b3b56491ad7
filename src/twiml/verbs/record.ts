import { flag, keys, method, optionalText, text, whole } from '../document/fields.js'
import type { Attributes } from '../document/reader.js'
import type { VerbContext } from '../running/context.js'
import { Interrupted } from '../running/interruption.js'
import { type Next, next, type VerbKind } from '../running/verb.js'
import { recordingFields, type StartedRecording, seconds, startRecording } from './recording.js'
import { RecordingTranscript } from './recording-transcript.js'

/** ms of the tone that tells the caller to speak. */
const BEEP_MS = 500

export const recordModel = {
  element: 'Record',
  fields: {
    ...recordingFields,
    action: text(''),
    method,
    timeout: whole(0, 3600, 5),
    finishOnKey: keys('1234567890*#'),
    maxLength: whole(1, 14_400, 3600),
    playBeep: flag(true),
    transcribe: flag(false),
    transcribeCallback: optionalText,
    transcriptionEngine: text(''),
    transcriptionLanguage: text('en-US'),
  },
  numbers: {
    method: 13610,
    timeout: 13611,
    maxLength: 13612,
    finishOnKey: 13613,
    transcribe: 13614,
    playBeep: 13616,
  },
  texml: ['transcriptionEngine', 'transcriptionLanguage'] as const,
  idle: ['recordingConfigurationId', 'channels', 'format'],
}

type RecordRequest = Attributes<typeof recordModel.fields>

/** `<Record>`: what the caller says, until silence, a key, the longest length, or the end of the call. */
export const recordVerb: VerbKind = {
  name: 'Record',
  compile(element, reader) {
    const request = reader.attributes(element, recordModel)
    return {
      async execute(context) {
        await context.answer()
        if (request.playBeep) await context.play({ kind: 'beep', durationMs: BEEP_MS })
        return record(context, request)
      },
    }
  },
}

async function record(context: VerbContext, request: RecordRequest): Promise<Next> {
  const { call } = context
  const started = startRecording(context, call, {
    ...request,
    source: 'RecordVerb',
    channels: 1,
    track: 'inbound',
    maxMs: request.maxLength * 1000,
    silenceMs: request.timeout * 1000,
  })
  const transcript = request.transcribe ? new RecordingTranscript(context, request, started) : undefined
  let key = ''
  const stop = call.observe({
    digit: (pressed) => {
      if (key !== '' || !request.finishOnKey.includes(pressed)) return
      key = pressed
      started.recording.stop()
    },
  })
  try {
    const { durationMs } = await context.until(started.ended)
    return after(context, request, started, { durationMs, key })
  } catch (thrown) {
    if (!(thrown instanceof Interrupted && thrown.why === 'call-over')) throw thrown
    const { durationMs } = await started.ended
    return after(context, request, started, { durationMs, key: 'hangup' })
  } finally {
    stop()
    started.recording.stop()
    if (transcript) started.ended.then(({ durationMs }) => transcript.finish(durationMs))
  }
}

/** A recording with nothing in it is as if it had not been asked for. */
function after(
  context: VerbContext,
  { action, method }: RecordRequest,
  { sid, url }: StartedRecording,
  { durationMs, key }: { readonly durationMs: number; readonly key: string },
): Next {
  if (durationMs === 0 || (action === '' && context.base === undefined)) return next
  return context.action(action, method, {
    RecordingUrl: url,
    RecordingSid: sid,
    RecordingDuration: seconds(durationMs),
    Digits: key,
  })
}
