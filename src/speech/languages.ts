/** Tags by which apps and settings ask that the language be found out. */
const anyLanguage = new Set(['', 'multi', 'auto', 'auto_detect'])

export function isAnyLanguage(language: string): boolean {
  return anyLanguage.has(language.toLowerCase())
}

/** `en` of `en-US`. */
export function primarySubtag(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0]!
}

/** Whether `language` is among those listed, by its whole tag or its primary subtag; `*` lists all. */
export function isAmong(languages: readonly string[], language: string): boolean {
  const tag = language.toLowerCase()
  const primary = primarySubtag(language)
  return languages.some((listed) => listed === '*' || listed.toLowerCase() === tag || listed === primary)
}

/** Subtags that mean one language, as vendors differ in them. */
const sameSubtags = [
  ['nb', 'no', 'nn'],
  ['zh', 'cmn'],
  ['he', 'iw'],
  ['fil', 'tl'],
  ['id', 'in'],
  ['jv', 'jw'],
]
/** Regions of Chinese where Cantonese is spoken. */
const cantonese = /^zh(-hant)?-(hk|mo)$/i

/** A language by all its names, the nearest to what is spoken first: `nb-NO` is also `no-NO`, `zh-HK` Cantonese. */
export function namesOf(language: string): string[] {
  const primary = primarySubtag(language)
  const others = sameSubtags.find((same) => same.includes(primary))?.filter((one) => one !== primary) ?? []
  const rest = language.slice(primary.length)
  const own = [language, ...others.map((other) => other + rest)]
  return cantonese.test(language) ? [`yue${language.slice(-3)}`, ...own] : own
}

/** The name under which a language is among those listed, its own before others'; undefined where it is not. */
export function nameAmong(languages: readonly string[], language: string): string | undefined {
  return [language, ...namesOf(language)].find((name) => isAmong(languages, name))
}

/** Languages that callers speak who were not asked, where nobody says which to expect. */
const usual = ['en-US', 'es-ES', 'fr-FR', 'de-DE', 'pt-BR']

/**
 * What may be spoken where the language is to be found out: one tag of each language.
 * @param declared tags of the session, the likeliest first
 * @param most how many the vendor takes
 */
export function likelyLanguages(declared: readonly string[] | undefined, most: number): string[] {
  const named = (declared ?? []).filter((language) => !isAnyLanguage(language))
  // One alone would be no choice.
  const all = named.length > 1 ? named : [...named, ...usual]
  const first = new Map<string, string>()
  for (const tag of all) if (!first.has(primarySubtag(tag))) first.set(primarySubtag(tag), tag)
  return [...first.values()].slice(0, most)
}

/** Regions that are meant where a language is named without one, for vendors that need both. */
const regions: Readonly<Record<string, string>> = {
  af: 'ZA',
  am: 'ET',
  ar: 'SA',
  as: 'IN',
  be: 'BY',
  bn: 'IN',
  bs: 'BA',
  ca: 'ES',
  ckb: 'IQ',
  cmn: 'CN',
  cs: 'CZ',
  cy: 'GB',
  da: 'DK',
  el: 'GR',
  en: 'US',
  et: 'EE',
  eu: 'ES',
  fa: 'IR',
  fil: 'PH',
  ga: 'IE',
  gl: 'ES',
  gu: 'IN',
  he: 'IL',
  hi: 'IN',
  hy: 'AM',
  iw: 'IL',
  ja: 'JP',
  jv: 'ID',
  jw: 'ID',
  ka: 'GE',
  kab: 'DZ',
  kk: 'KZ',
  km: 'KH',
  kn: 'IN',
  ko: 'KR',
  ky: 'KG',
  lb: 'LU',
  lo: 'LA',
  ml: 'IN',
  mr: 'IN',
  ms: 'MY',
  my: 'MM',
  nb: 'NO',
  ne: 'NP',
  nn: 'NO',
  no: 'NO',
  or: 'IN',
  pa: 'IN',
  ps: 'AF',
  pt: 'BR',
  si: 'LK',
  sl: 'SI',
  sq: 'AL',
  sr: 'RS',
  ss: 'ZA',
  st: 'ZA',
  su: 'ID',
  sv: 'SE',
  sw: 'KE',
  ta: 'IN',
  te: 'IN',
  tg: 'TJ',
  tl: 'PH',
  tn: 'ZA',
  ts: 'ZA',
  ug: 'CN',
  uk: 'UA',
  ur: 'PK',
  ve: 'ZA',
  vi: 'VN',
  wuu: 'CN',
  xh: 'ZA',
  yue: 'HK',
  zh: 'CN',
  zu: 'ZA',
}

/** `de-DE` of `de`; a tag that has a region already stays. */
export function withRegion(language: string): string {
  const [primary, ...rest] = language.split(/[-_]/)
  if (rest.length > 0) return language
  const code = primary!.toLowerCase()
  return `${code}-${regions[code] ?? code.toUpperCase()}`
}
