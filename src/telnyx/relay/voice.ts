/** A voice identifier taken apart: `Provider.Model.Voice`, as Telnyx writes it. */
export interface VoiceName {
  /** As written; '' when the voice names none. */
  readonly provider: string
  readonly model: string
  readonly voice: string
}

/** Providers whose voices have no model in between (`Azure.en-US-AvaNeural`, `xAI.eve`). */
const withoutModel = new Set(['azure', 'xai', 'humain', 'polly'])
const providers = new Set([
  ...[
    'telnyx',
    'aws',
    'elevenlabs',
    'minimax',
    'rime',
    'resemble',
    'inworld',
    'fishaudio',
    'soniox',
    'google',
  ],
  ...withoutModel,
])

/** What is after the provider's dot belongs to the voice, dots and colons too; a provider alone means its default voice. */
export function readVoiceName(voice: string): VoiceName {
  const [provider = '', ...rest] = voice.split('.')
  const name = provider.toLowerCase()
  if (!providers.has(name)) return { provider: '', model: '', voice }
  const tail = rest.join('.')
  if (withoutModel.has(name)) return { provider, model: '', voice: tail }
  // Fish Audio's models have a dot in their names.
  const model = name === 'fishaudio' ? /^s\d(?:\.\d)?(?:-[a-z]+)?(?=\.|$)/.exec(tail)?.[0] : rest[0]
  if (model === undefined || (rest.length === 1 && name === 'elevenlabs'))
    return { provider, model: '', voice: tail }
  return { provider, model, voice: tail.slice(model.length + 1) }
}
