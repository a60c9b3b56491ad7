/** An engine's name, `auto`, or several names in the order they are to be tried in. */
export type EngineNames = string | readonly string[]

/** Engines for all languages, or by language tag, primary subtag or `*`. */
export type EnginePreference = EngineNames | Readonly<Record<string, EngineNames>>

/** Every name in a preference but `auto`, lower case. */
export function namesIn(preference: EnginePreference): string[] {
  const lists = isList(preference) ? [preference] : Object.values(preference)
  return [...new Set(lists.flatMap(listOf))].filter((name) => name !== 'auto')
}

/**
 * The names that a preference has for a language, lower case: those of the whole tag, else of its primary subtag, else
 * of `*`. `auto` stands among them where all engines are meant.
 */
export function namesFor(preference: EnginePreference, language: string): string[] {
  if (isList(preference)) return listOf(preference)
  const byTag = new Map(Object.entries(preference).map(([tag, names]) => [tag.toLowerCase(), names]))
  const tag = language.toLowerCase()
  return listOf(byTag.get(tag) ?? byTag.get(tag.split('-')[0]!) ?? byTag.get('*') ?? 'auto')
}

function isList(preference: EnginePreference): preference is EngineNames {
  return typeof preference === 'string' || Array.isArray(preference)
}

function listOf(names: EngineNames): string[] {
  return (typeof names === 'string' ? [names] : names).map((name) => name.toLowerCase())
}
