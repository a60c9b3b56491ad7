import type { DtmfEvent, InterruptEvent, PromptEvent } from './events.js'
import type { DtmfFrame, InterruptFrame, PromptFrame } from './frames/common.js'

/** The frames both platforms write alike, keys in the order of the wire. */
export function commonFrame(
  event: PromptEvent | DtmfEvent | InterruptEvent,
): PromptFrame | DtmfFrame | InterruptFrame {
  switch (event.type) {
    case 'prompt':
      return { type: 'prompt', voicePrompt: event.text, lang: event.language, last: event.last }
    case 'dtmf':
      return { type: 'dtmf', digit: event.digit }
    case 'interrupt':
      return {
        type: 'interrupt',
        utteranceUntilInterrupt: event.heardText,
        durationUntilInterruptMs: Math.round(event.heardMs),
      }
  }
}
