import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { LocalVoice, Refusal, RegisteredTts, VoiceWish } from '../vendor.js'
import type { VendorSettings } from '../vendor-settings.js'
import { nearestFormat } from '../wire/audio-bytes.js'
import { httpUrl } from '../wire/urls.js'
import type { EitherTts } from './either-tts.js'
import { elevenLabsText } from './elevenlabs-text.js'
import type { ElevenLabsNames } from './elevenlabs-voices.js'
import type { SpeechPost } from './http-tts.js'
import { numberOf, textOf } from './settings.js'

/** ElevenLabs' voices go by their ids or by the names that the account has for them. */
export class ElevenLabsTts implements RegisteredTts {
  readonly name: string
  readonly ssml: boolean
  private readonly closing = new AbortController()

  constructor(
    private readonly engine: EitherTts,
    private readonly names: ElevenLabsNames,
  ) {
    this.name = engine.name
    this.ssml = engine.ssml
  }

  voiceFor(wish: VoiceWish): LocalVoice | undefined {
    return this.engine.voiceFor(wish)
  }

  refusal(wish: VoiceWish): Refusal | undefined {
    return this.engine.refusal(wish)
  }

  async *speak(request: SpeakRequest, signal: AbortSignal): AsyncGenerator<SpeechAudio> {
    const either = AbortSignal.any([signal, this.closing.signal])
    const asked = this.names.idOf(request.voice, this.closing.signal)
    const voice = asked ? await unlessAborted(asked, either) : request.voice
    if (voice === undefined) return
    yield* this.engine.speak({ ...request, voice }, either)
  }

  prepare(request: SpeakRequest): void {
    if (this.closing.signal.aborted) return
    const ready = (voice: string) => this.engine.prepare({ ...request, voice })
    const asked = this.names.idOf(request.voice, this.closing.signal)
    if (asked) asked.then(ready, () => {})
    else ready(request.voice)
  }

  async close(): Promise<void> {
    this.closing.abort()
    await this.engine.close()
  }
}

/** What is promised; undefined where nobody wants it any more. */
async function unlessAborted<T>(promised: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  const given = new AbortController()
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true, signal: given.signal })
  })
  return Promise.race([promised, aborted]).finally(() => given.abort())
}

/** `POST /v1/text-to-speech/{voice_id}/stream`. */
export function elevenLabsPost({ apiKey = '', url }: VendorSettings, request: SpeakRequest): SpeechPost {
  const { voice, model, sampleRate, settings } = request
  const { text } = elevenLabsText(request)
  const format = nearestFormat(sampleRate)
  const chosen = voiceSettings(settings)
  const normalisation = textNormalisation(settings)
  const path = `/v1/text-to-speech/${encodeURIComponent(voice)}/stream`
  return {
    url: httpUrl(url ?? 'https://api.elevenlabs.io', path, { output_format: outputFormat(sampleRate) }),
    headers: { 'content-type': 'application/json', 'xi-api-key': apiKey },
    body: JSON.stringify({
      text,
      model_id: model,
      ...(chosen && { voice_settings: chosen }),
      ...(normalisation && { apply_text_normalization: normalisation }),
    }),
    format,
  }
}

export function outputFormat(sampleRate: number): string {
  return sampleRate === 8000 ? 'ulaw_8000' : 'pcm_16000'
}

/** What an app says of the voice, or Twilio's name of it; undefined where they say nothing. */
export function voiceSettings(settings: SpeakRequest['settings']): Record<string, number> | undefined {
  const voice = {
    stability: numberOf(settings, 'stability'),
    similarity_boost: numberOf(settings, 'similarity_boost'),
    style: numberOf(settings, 'style'),
    speed: numberOf(settings, 'speed', 'voice_speed'),
  }
  const chosen = Object.entries(voice).filter((entry): entry is [string, number] => entry[1] !== undefined)
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined
}

/** To Twilio, auto is off. */
export function textNormalisation(settings: SpeakRequest['settings']): 'on' | 'off' | undefined {
  const wanted = textOf(settings, 'elevenlabsTextNormalization')
  return wanted ? (wanted === 'on' ? 'on' : 'off') : undefined
}
