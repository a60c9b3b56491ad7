import { flag, flagText, text, whole } from '../definition/fields.js'
import type { Fields } from '../execution/ports.js'
import { document, verb } from '../execution/verbs.js'
import { prompt, promptProperties } from './say-play.js'
import { widgetKind } from './widget-kind.js'

/** Asks for keys or speech. Speech is listened for only where something follows it. */
export const gatherInput = widgetKind({
  type: 'gather-input-on-call',
  events: ['keypress', 'speech', 'timeout'],
  properties: {
    ...promptProperties,
    timeout: whole(0, 3600),
    finish_on_key: text,
    stop_gather: flag,
    number_of_digits: whole(0, 1000),
    gather_language: text,
    speech_timeout: text,
    speech_model: text,
    hints: text,
    profanity_filter: flagText,
    save_response_as: text,
  },
  aliases: { num_digits: 'number_of_digits', speech_recognition_language: 'gather_language' },
  async run(step, properties) {
    const read = (name: 'finish_on_key' | 'gather_language' | 'speech_timeout' | 'speech_model' | 'hints') =>
      step.text(properties[name], name).trim()
    const stops = step.flag(properties.stop_gather, 'stop_gather') !== false
    const digits = stops ? step.whole(properties.number_of_digits, 'number_of_digits', 0, 1000) : undefined
    const gather = verb(
      'Gather',
      {
        input: step.leadsOn('speech') ? 'dtmf speech' : 'dtmf',
        action: step.call().actionUrl,
        actionOnEmptyResult: true,
        timeout: step.whole(properties.timeout, 'timeout', 0, 3600),
        finishOnKey: read('finish_on_key'),
        numDigits: digits || undefined,
        language: read('gather_language'),
        speechTimeout: read('speech_timeout'),
        speechModel: read('speech_model') === 'default' ? '' : read('speech_model'),
        hints: read('hints'),
        profanityFilter: step.text(properties.profanity_filter, 'profanity_filter'),
      },
      ...prompt(step, properties),
    )
    const fields = (await step.perform(document(gather))) ?? {}
    const name = step.text(properties.save_response_as, 'save_response_as').trim()
    const response = fields['Digits'] || fields['SpeechResult']
    if (name !== '' && response) step.parts.variables.flow.variables[name] = response
    return { event: eventOf(fields), outputs: fields }
  },
})

function eventOf({ Digits, FinishedOnKey, SpeechResult }: Fields): string {
  if (Digits || FinishedOnKey) return 'keypress'
  return SpeechResult ? 'speech' : 'timeout'
}
