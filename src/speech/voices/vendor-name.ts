/** Names of cloud vendors as apps write them, and how they are called in messages. */
const clouds = new Map(
  Object.entries({
    amazon: 'Amazon Polly',
    assemblyai: 'AssemblyAI',
    aws: 'Amazon Polly',
    azure: 'Azure',
    cartesia: 'Cartesia',
    deepgram: 'Deepgram',
    elevenlabs: 'ElevenLabs',
    fishaudio: 'Fish Audio',
    google: 'Google',
    humain: 'Humain',
    inworld: 'Inworld',
    minimax: 'MiniMax',
    openai: 'OpenAI',
    polly: 'Amazon Polly',
    resemble: 'Resemble',
    rime: 'Rime',
    soniox: 'Soniox',
    speechmatics: 'Speechmatics',
    telnyx: 'Telnyx',
    xai: 'xAI',
  }),
)

/** A voice setting taken apart. */
export interface NamedVoice {
  /** Lower case; '' when neither the provider nor the voice names one. */
  readonly provider: string
  /** The vendor's voice; '' for its default. */
  readonly voice: string
}

/**
 * Takes the provider out of a voice in Telnyx's form (`AWS.Polly.Joanna-Neural`, `Azure.en-US-AvaNeural`,
 * `ElevenLabs.Flash.John`; case-insensitive). Other voices stay as they are.
 */
export function readVoice(provider: string, voice: string): NamedVoice {
  const named = provider.trim().toLowerCase()
  const dot = voice.indexOf('.')
  const prefix = (dot < 0 ? voice : voice.slice(0, dot)).toLowerCase()
  if (!clouds.has(prefix)) return { provider: named, voice }
  const rest = dot < 0 ? '' : voice.slice(dot + 1)
  // `Polly.Amy` and `Azure.<voice>` have no model in between.
  if (named === '' || named === prefix || prefix === 'polly') return { provider: prefix, voice: rest }
  return { provider: named, voice: rest }
}

/** How a provider is called in messages. */
export function displayName(provider: string): string {
  return clouds.get(provider.toLowerCase()) ?? provider
}

/** Language of a voice name that starts with one (`en-US-Journey-O`), as a tag. */
export function languageOfVoice(voice: string): string | undefined {
  const match = /(?:^|\.)([a-z]{2,3})-([A-Z]{2})-/.exec(voice)
  return match ? `${match[1]}-${match[2]}` : undefined
}
