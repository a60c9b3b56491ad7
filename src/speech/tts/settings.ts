import type { SpeakRequest } from '../engine.js'

type Settings = SpeakRequest['settings']

/** A number among the settings, from any of its names. */
export function numberOf(settings: Settings, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = settings[name]
    if (value === undefined || value === null || value === '') continue
    if (Number.isFinite(Number(value))) return Number(value)
  }
  return undefined
}

/** A text among the settings, from any of its names. */
export function textOf(settings: Settings, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = settings[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** How much faster than usual is spoken; 1 where nothing is said. */
export function speedOf(settings: Settings): number {
  return numberOf(settings, 'voice_speed', 'speed') ?? 1
}
