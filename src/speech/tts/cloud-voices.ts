import type { TtsCapabilities } from '../capabilities.js'
import { isAmong, isAnyLanguage, namesOf, primarySubtag } from '../languages.js'
import type { Gender, LocalVoice, Refusal, VoiceWish } from '../vendor.js'

/** A ready-made voice of a vendor. */
export interface KnownVoice {
  readonly voice: string
  readonly gender: Gender
  /** Tag or primary subtag; absent for a voice that speaks all of the vendor's languages. */
  readonly language?: string
  /** Whether it speaks others as well, when it is asked for by its name. */
  readonly multilingual?: boolean
}

export interface CloudVoicesParts {
  readonly capabilities: TtsCapabilities
  /** The default ones first. */
  readonly voices: readonly KnownVoice[]
  /**
   * The vendor's name of a voice that is not among the ready-made ones; undefined where it cannot be one, or does not
   * speak the language. '' stands for any language.
   * @param own whether the vendor itself was asked for it
   */
  readonly otherVoice?: (name: string, language: string, own: boolean) => string | undefined
  /** The vendor's name of a model as apps write it; undefined where it has none such. */
  readonly modelOf?: (model: string) => string | undefined
  /** Languages that only this model has, by the vendor's name of it; `*` stands for all. */
  readonly moreLanguages?: (model: string) => readonly string[]
  /** What the operator set, for those who name none. */
  readonly preferred: { readonly voice?: string | undefined; readonly model?: string | undefined }
}

/** The voices of a cloud vendor, as the registry asks for them. */
export class CloudVoices {
  constructor(private readonly parts: CloudVoicesParts) {}

  voiceFor({ name, language: wanted, gender, model = '', own = false }: VoiceWish): LocalVoice | undefined {
    const { preferred } = this.parts
    const language = this.inItsWords(wanted, model)
    if (language === undefined) return undefined
    const chosen = this.voiceNamed(name, language, own) ?? preferred.voice ?? this.fitting(language, gender)
    if (chosen === undefined) return undefined
    return { voice: chosen, language, model: this.modelNamed(model) || preferred.model }
  }

  /** What the vendor itself would refuse of a wish. */
  refusal({ name, language: wanted, model = '' }: VoiceWish): Refusal | undefined {
    if (model !== '' && this.modelNamed(model) === undefined) return 'model'
    const unheardOf = this.known(name).length === 0 && this.parts.otherVoice?.(name, '', true) === undefined
    if (name !== '' && unheardOf) return 'voice'
    const language = this.inItsWords(wanted, model)
    if (language === undefined) return 'language'
    return name !== '' && this.voiceNamed(name, language, true) === undefined ? 'voice' : undefined
  }

  /** The language as the vendor calls it; undefined where it does not speak it. */
  private inItsWords(language: string, model: string): string | undefined {
    const { capabilities, voices, moreLanguages, preferred } = this.parts
    const more = moreLanguages?.(this.modelNamed(model) || preferred.model || '') ?? []
    const languages = [...capabilities.languages, ...more]
    const asItIs =
      isAnyLanguage(language) || languages.includes('*') || voices.some((one) => isOf(one, language))
    return asItIs ? language : namesOf(language).find((name) => isAmong(languages, name))
  }

  private modelNamed(model: string): string | undefined {
    const { modelOf, capabilities } = this.parts
    if (model === '') return ''
    if (modelOf) return modelOf(model)
    return capabilities.models.find((known) => known.toLowerCase() === model.toLowerCase())
  }

  private voiceNamed(name: string, language: string, own: boolean): string | undefined {
    if (name === '') return undefined
    const known = this.known(name)
    if (known.length === 0) return this.parts.otherVoice?.(name, isAnyLanguage(language) ? '' : language, own)
    return known.find((voice) => voice.multilingual || fits(voice, language))?.voice
  }

  /** The ready-made voice of that name, once for each of its languages. */
  private known(name: string): KnownVoice[] {
    return this.parts.voices.filter(({ voice }) => voice.toLowerCase() === name.toLowerCase())
  }

  private fitting(language: string, gender: Gender | undefined): string | undefined {
    const fitting = this.parts.voices.filter((voice) => fits(voice, language))
    const nearest = fitting.filter((voice) => isOf(voice, language))
    const among = nearest.length > 0 ? nearest : fitting
    return (among.find((voice) => gender === undefined || voice.gender === gender) ?? among[0])?.voice
  }
}

function isOf({ language }: KnownVoice, wanted: string): boolean {
  return language?.toLowerCase() === wanted.toLowerCase()
}

function fits({ language }: KnownVoice, wanted: string): boolean {
  return language === undefined || isAnyLanguage(wanted) || primarySubtag(language) === primarySubtag(wanted)
}

/** `name/f` and `name/m`, separated by spaces, as voices of one language. */
export function voicesOf(list: string, language?: string): KnownVoice[] {
  return list.split(/\s+/).flatMap((entry) => {
    const [voice, gender] = entry.split('/')
    return voice ? [{ voice, gender: gender === 'm' ? 'male' : 'female', ...(language && { language }) }] : []
  })
}
