/** A vendor's voice taken apart, as the platforms' names have it. */
export interface VendorVoice {
  /** '' where the name has none in it. */
  readonly model: string
  readonly name: string
  /** What the name says beyond that, for `SpeakRequest.settings`. */
  readonly settings: Readonly<Record<string, number>>
}

/** Vendors whose voices Telnyx writes with a model in front: `Rime.ArcanaV3.albion`. */
const modelFirst = new Set(['elevenlabs', 'inworld', 'resemble', 'rime', 'soniox'])
/** Models that have a dot in their own name: `s2.1-pro.REFERENCE`, `speech-2.8-turbo.English_Graceful_Lady`. */
const dotted = new Map([
  ['elevenlabs', /^multipl\.v\d(?=\.)/i],
  ['fishaudio', /^s\d(?:\.\d)?(?:-[a-z]+)?(?=\.)/i],
  ['inworld', /^inworld-tts-\d+\.\d+(?:-[a-z]+)?(?=\.)/i],
  ['minimax', /^speech-\d+(?:\.\d+)?(?:-[a-z]+)*(?=\.)/i],
])
const engines = new Set(['standard', 'neural', 'long-form', 'longform', 'generative'])

/**
 * Takes model and settings out of a voice's name.
 * @param provider lower case
 * @param voice without the provider's prefix
 */
export function readVendorVoice(provider: string, voice: string): VendorVoice {
  const twilio = provider === 'elevenlabs' ? readElevenLabs(voice) : undefined
  if (twilio) return twilio
  if (provider === 'aws' || provider === 'amazon' || provider === 'polly') return readPolly(voice)
  const model = dotted.get(provider)?.exec(voice)?.[0]
  if (model) return { model, name: voice.slice(model.length + 1), settings: {} }
  const dot = voice.indexOf('.')
  if (dot < 0 || !modelFirst.has(provider)) return { model: '', name: voice, settings: {} }
  return { model: voice.slice(0, dot), name: voice.slice(dot + 1), settings: {} }
}

/** Twilio's `VOICEID-model-speed_stability_similarity`, without the last part or with it. */
function readElevenLabs(voice: string): VendorVoice | undefined {
  const form =
    /^([^.]+?)-((?:eleven_)?(?:flash|turbo|multilingual|v\d)[\w.]*)(?:-([\d.]+)_([\d.]+)_([\d.]+))?$/i
  const match = form.exec(voice)
  if (!match) return undefined
  const [, name = '', model = '', speed, stability, similarity] = match
  const settings: Record<string, number> =
    speed === undefined
      ? {}
      : { speed: Number(speed), stability: Number(stability), similarity_boost: Number(similarity) }
  return { model, name, settings }
}

/** `Joanna-Neural` (Twilio), `Polly.Joanna-Neural` and `Polly.Generative.Lucia` (Telnyx). */
function readPolly(voice: string): VendorVoice {
  const parts = voice.replace(/^polly(\.|$)/i, '').split('.')
  const [first = ''] = parts
  if (parts.length > 1 && engines.has(first.toLowerCase())) {
    return { model: engineOf(first), name: parts.slice(1).join('.'), settings: {} }
  }
  const suffixed = /^(.+)-(standard|neural|long-?form|generative)$/i.exec(parts.join('.'))
  if (!suffixed) return { model: '', name: parts.join('.'), settings: {} }
  return { model: engineOf(suffixed[2]!), name: suffixed[1]!, settings: {} }
}

function engineOf(name: string): string {
  return name.toLowerCase() === 'longform' ? 'long-form' : name.toLowerCase()
}
