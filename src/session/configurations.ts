import type { RelaySettings } from '../protocol/index.js'

/** Settings as strings, as Voice Insights lists them in `configurations`. */
export function configurationsOf(all: RelaySettings): Record<string, string> {
  // The vendors' own settings may have keys in them.
  const {
    languages: _,
    parameters: __,
    voiceSettings: ___,
    transcriptionSettings: ____,
    failover: _____,
    refusal: ______,
    ...settings
  } = all
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(', ')}]` : String(value),
    ]),
  )
}
