import { choice, flag, flagText, text, whole } from '../definition/fields.js'
import { CallOver } from '../execution/interruptions.js'
import type { Fields } from '../execution/ports.js'
import { document, verb } from '../execution/verbs.js'
import { widgetKind } from './widget-kind.js'

const trims = ['trim-silence', 'do-not-trim', 'true', 'false']

/** Records what the caller says. A caller who hangs up after speaking has left a message; one who did not has not. */
export const recordVoicemail = widgetKind({
  type: 'record-voicemail',
  events: ['recordingComplete', 'noAudio', 'hangup'],
  properties: {
    timeout: whole(0, 3600),
    finish_on_key: text,
    max_length: whole(1, 14_400),
    transcribe: flag,
    transcription_callback_url: text,
    recording_status_callback_url: text,
    trim: choice(trims),
    play_beep: flagText,
  },
  aliases: { silence_timeout: 'timeout', transcribe_callback: 'transcription_callback_url' },
  async run(step, properties) {
    const trim = step.text(properties.trim, 'trim').trim()
    const record = verb('Record', {
      action: step.call().actionUrl,
      timeout: step.whole(properties.timeout, 'timeout', 0, 3600),
      finishOnKey: step.text(properties.finish_on_key, 'finish_on_key').trim(),
      maxLength: step.whole(properties.max_length, 'max_length', 1, 14_400),
      transcribe: step.flag(properties.transcribe, 'transcribe'),
      transcribeCallback: step.text(properties.transcription_callback_url, 'transcription_callback_url'),
      recordingStatusCallback: step.text(
        properties.recording_status_callback_url,
        'recording_status_callback_url',
      ),
      trim: /^(do-not-trim|false)$/i.test(trim) ? 'do-not-trim' : 'trim-silence',
      playBeep: step.flag(properties.play_beep, 'play_beep'),
    })
    try {
      const fields = await step.perform(document(record))
      return fields ? complete(fields) : { event: 'noAudio', outputs: {} }
    } catch (thrown) {
      if (thrown instanceof CallOver && thrown.fields['RecordingUrl']) return complete(thrown.fields)
      throw thrown
    }
  },
})

function complete(fields: Fields) {
  return { event: 'recordingComplete', outputs: fields }
}
