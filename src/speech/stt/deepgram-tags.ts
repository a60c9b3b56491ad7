import { namesOf, primarySubtag } from '../languages.js'

/** Tags that nova-3 takes, and no others: `es-ES` is refused (developers.deepgram.com/docs/models-languages-overview). */
export const nova3 = (
  'af ar ar-AE ar-DZ ar-EG ar-IQ ar-IR ar-JO ar-KW ar-LB ar-MA ar-PS ar-QA ar-SA ar-SD ar-SY ar-TD ar-TN be bg bn bs ca ' +
  'cs da da-DK de de-CH el en en-AU en-GB en-IN en-NZ en-US es es-419 et fa fi fr fr-CA gu gu-IN he hi hr hu hy id it ja ' +
  'ka kk kn ko ko-KR lt lv mk mr ms ne nl nl-BE no pa pl pt pt-BR pt-PT ro ru sk sl sr sv sv-SE ta te th th-TH tl tr uk ' +
  'ur vi zh zh-CN zh-HK zh-Hans zh-Hant zh-TW'
).split(' ')
/** The same of nova-2. */
export const nova2 = (
  'bg ca cs da da-DK de de-CH el en en-AU en-GB en-IN en-NZ en-US es es-419 et fi fr fr-CA hi hu id it ja ko ko-KR lt lv ' +
  'ms nl nl-BE no pl pt pt-BR pt-PT ro ru sk sv sv-SE th th-TH tr uk vi zh zh-CN zh-HK zh-Hans zh-Hant zh-TW'
).split(' ')

/** The tags of a model. */
export function tagsOf(model: string): readonly string[] {
  return model.startsWith('nova-2') ? nova2 : nova3
}

/** Regions of Spanish that are not Latin American. */
const european = new Set(['es', 'es-es'])

/** What Deepgram calls a language: the same where it has that, or its name without the region. */
export function deepgramTag(model: string, language: string): string {
  const tags = tagsOf(model)
  for (const name of [language, ...namesOf(language)]) {
    const same = tags.find((tag) => tag.toLowerCase() === name.toLowerCase())
    if (same) return same
    const primary = primarySubtag(name)
    if (primary === 'es' && !european.has(name.toLowerCase())) return 'es-419'
    if (primary === 'yue') return 'zh-HK'
    if (tags.includes(primary)) return primary
  }
  return language
}
