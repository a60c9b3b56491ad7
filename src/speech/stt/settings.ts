import type { ListenOptions } from '../engine.js'

type Settings = ListenOptions['settings']

/** ms of silence that the app wants to end a turn; undefined where it leaves that to the engine. */
export function speechTimeout({ speechTimeout: wanted }: Settings): number | undefined {
  return typeof wanted === 'number' ? wanted : undefined
}

/** A number among the settings, from any of its names. */
export function numberOf(settings: Settings, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = Number(settings[name])
    if (settings[name] !== undefined && settings[name] !== null && Number.isFinite(value)) return value
  }
  return undefined
}

/** The nearest that a vendor takes. */
export function within(least: number, most: number, value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.min(most, Math.max(least, value))
}

/** A yes or no among the settings, from any of its names; also as text. */
export function flagOf(settings: Settings, ...names: readonly string[]): boolean | undefined {
  for (const name of names) {
    const value = settings[name]
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
  }
  return undefined
}

/** `keywords_boosting`: words with how much each is to be favoured. */
export function boosts({ keywords_boosting: words }: Settings): [word: string, boost: number][] {
  if (typeof words !== 'object' || words === null) return []
  return Object.entries(words).flatMap(([word, boost]) =>
    Number.isFinite(Number(boost)) ? [[word, Number(boost)]] : [],
  )
}
