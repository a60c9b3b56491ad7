type Settings = Readonly<Record<string, unknown>>

/** The app's own key among a wish's settings. */
export function keyIn({ apiKey, region }: Settings): { apiKey: string; region?: string } | undefined {
  if (typeof apiKey !== 'string' || apiKey === '') return undefined
  return { apiKey, ...(typeof region === 'string' && { region }) }
}

/** Settings that mean the same to every vendor. */
const common = new Set([
  'voice_speed',
  'elevenlabsTextNormalization',
  'eotThreshold',
  'profanityFilter',
  'deepgramSmartFormat',
  'speechTimeout',
])

/** What of an app's settings holds for another vendor than the one they were written for. */
export function forOthers(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => common.has(name)))
}

/** Settings without what only says which account is used. */
export function withoutKeys({ apiKey: _, api_key_ref: __, ...settings }: Settings): Settings {
  return settings
}
