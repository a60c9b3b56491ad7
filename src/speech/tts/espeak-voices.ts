import type { Gender, LocalVoice, VoiceWish } from '../vendor.js'

/** What `espeak-ng --voices` lists. */
export interface EspeakVoices {
  /** Its languages in lower case, each with the gender of its voice. */
  readonly languages: ReadonlyMap<string, Gender>
  /** Variants (`+f3`), which shift pitch and formants of any voice: the name as files have it by the name in lower case. */
  readonly variants: ReadonlyMap<string, string>
}

/** The clearest variants over the telephone; eSpeak NG's own voices are nearly all male. */
const variantOf = { female: 'f3', male: 'm3' } as const
/** Its names for languages, where they are not the tag in lower case. */
const renamed: Readonly<Record<string, string>> = { zh: 'cmn', no: 'nb', fil: 'en-us', iw: 'he', fr: 'fr-fr' }

/** Reads both tables: columns are priority, language, age/gender, name, file. */
export function readVoices(languages: string, variants: string): EspeakVoices {
  const listed = languages
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
  return {
    languages: new Map(
      listed.flatMap(([, tag, age]) =>
        age ? [[tag.toLowerCase(), age.endsWith('F') ? 'female' : 'male']] : [],
      ),
    ),
    variants: new Map(
      variants.split('\n').flatMap((line) => {
        const file = /!v\/(.*\S)/.exec(line)?.[1]
        return file ? [[file.toLowerCase(), file] as const] : []
      }),
    ),
  }
}

/** The voice of that name, or else one for the language and gender; undefined when the language is not spoken. */
export function espeakLanguage(voices: EspeakVoices, wish: VoiceWish): LocalVoice | undefined {
  const [own, variant] = wish.name.toLowerCase().split('+')
  if (voices.languages.has(own) && primaryTag(own) === primaryTag(wish.language)) {
    const known = voices.variants.get(variant ?? '')
    return { voice: known ? `${own}+${known}` : own, language: wish.language }
  }
  const spoken = languageFor(voices, wish.language)
  if (!spoken) return undefined
  const gender = wish.gender ?? 'female'
  const natural = voices.languages.get(spoken) === gender || !voices.variants.has(variantOf[gender])
  return { voice: natural ? spoken : `${spoken}+${variantOf[gender]}`, language: wish.language, gender }
}

/** Its language for a tag: the tag itself, then shorter and shorter, then any region of the same language. */
function languageFor({ languages }: EspeakVoices, tag: string): string | undefined {
  const parts = tag.toLowerCase().replaceAll('_', '-').split('-')
  if (parts[0] === 'es' && parts[1] && parts[1] !== 'es' && languages.has('es-419')) return 'es-419'
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('-')
    const own = renamed[name] ?? name
    if (languages.has(own)) return own
  }
  return [...languages.keys()].find((language) => language.startsWith(`${parts[0]}-`))
}

/** Mandarin goes by `zh` in tags and by `cmn` here. */
function primaryTag(tag: string): string {
  const primary = tag.toLowerCase().split('-')[0]
  return renamed[primary]?.split('-')[0] ?? primary
}
