import type { SpeakRequest } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import type { VendorSettings } from '../vendor-settings.js'
import { httpUrl } from '../wire/urls.js'
import type { SpeechPost } from './http-tts.js'

/** Settings of the platform's that go to Telnyx as they are. */
const passedOn = [
  'voice_speed',
  'effect',
  'gender',
  'speed',
  'vol',
  'pitch',
  'language_boost',
  'delivery_mode',
  'volume',
  'emotion',
]

/** Whether it is a voice of the model that only speaks by requests. */
export function isUltra({ voice }: SpeakRequest): boolean {
  return /^(?:Telnyx\.)?Ultra\./i.test(voice)
}

/** `POST /v2/text-to-speech/speech`, which answers with MP3 (developers.telnyx.com/docs/voice/tts/providers/telnyx/ultra). */
export function telnyxPost(
  { url, apiKey }: VendorSettings,
  { voice, text, language, sampleRate, settings }: SpeakRequest,
): SpeechPost {
  const code = isAnyLanguage(language) ? {} : { language_boost: languageName(language) }
  const chosen = { ...code, ...wishesOf(settings) }
  return {
    url: httpUrl(url ?? 'https://api.telnyx.com', '/v2/text-to-speech/speech'),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({
      voice: fullName(voice),
      text,
      output_type: 'binary_output',
      voice_settings: chosen,
    }),
    format: { encoding: 'pcm', sampleRate },
  }
}

/** `German` for `de-AT`. */
function languageName(tag: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(primarySubtag(tag)) ?? tag
}

/** Other vendors' voices have their vendor in front; Telnyx' own may be named without. */
export function fullName(voice: string): string {
  return /^(KokoroTTS|Natural|NaturalHD|Qwen3TTS|Ultra|Bayan|Sukhan)\./i.test(voice)
    ? `Telnyx.${voice}`
    : voice
}

export function wishesOf(settings: SpeakRequest['settings']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => passedOn.includes(name) && value !== undefined),
  )
}
