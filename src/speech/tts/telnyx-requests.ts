import type { SpeakRequest, SpeechAudio } from '../engine.js'
import { isAnyLanguage, primarySubtag } from '../languages.js'
import type { LocalVoice, Refusal, RegisteredTts, VoiceWish } from '../vendor.js'
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

/** Telnyx: by its socket, but for the model that only speaks by requests. */
export class TelnyxTts implements RegisteredTts {
  readonly name = 'telnyx'
  readonly ssml = false

  constructor(
    private readonly socket: RegisteredTts,
    private readonly requests: RegisteredTts,
  ) {}

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return this.socket.voiceFor(wish)
  }

  refusal(wish: VoiceWish): Refusal | undefined {
    return this.socket.refusal?.(wish)
  }

  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    return (isUltra(request) ? this.requests : this.socket).speak(request, signal)
  }

  prepare(request: SpeakRequest): void {
    if (!isUltra(request)) this.socket.prepare?.(request)
  }

  async close(): Promise<void> {
    await Promise.all([this.socket.close(), this.requests.close()])
  }
}

function isUltra({ voice }: SpeakRequest): boolean {
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
