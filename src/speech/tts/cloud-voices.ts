import type { TtsCapabilities } from '../capabilities.js'
import { isAmong, isAnyLanguage, primarySubtag } from '../languages.js'
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
   */
  readonly otherVoice?: (name: string, language: string) => string | undefined
  /** The vendor's name of a model as apps write it; undefined where it has none such. */
  readonly modelOf?: (model: string) => string | undefined
  /** What the operator set, for those who name none. */
  readonly preferred: { readonly voice?: string | undefined; readonly model?: string | undefined }
}

/** The voices of a cloud vendor, as the registry asks for them. */
export class CloudVoices {
  constructor(private readonly parts: CloudVoicesParts) {}

  voiceFor({ name, language, gender, model = '' }: VoiceWish): LocalVoice | undefined {
    const { preferred } = this.parts
    if (!this.speaks(language)) return undefined
    const chosen = this.voiceNamed(name, language) ?? preferred.voice ?? this.fitting(language, gender)
    if (chosen === undefined) return undefined
    return { voice: chosen, language, model: this.modelNamed(model) || preferred.model }
  }

  /** What the vendor itself would refuse of a wish. */
  refusal({ name, language, model = '' }: VoiceWish): Refusal | undefined {
    if (model !== '' && this.modelNamed(model) === undefined) return 'model'
    if (name !== '' && this.known(name) === undefined && this.parts.otherVoice?.(name, '') === undefined)
      return 'voice'
    if (!this.speaks(language)) return 'language'
    return name !== '' && this.voiceNamed(name, language) === undefined ? 'voice' : undefined
  }

  private speaks(language: string): boolean {
    return isAnyLanguage(language) || isAmong(this.parts.capabilities.languages, language)
  }

  private modelNamed(model: string): string | undefined {
    const { modelOf, capabilities } = this.parts
    if (model === '') return ''
    if (modelOf) return modelOf(model)
    return capabilities.models.find((known) => known.toLowerCase() === model.toLowerCase())
  }

  private voiceNamed(name: string, language: string): string | undefined {
    if (name === '') return undefined
    const known = this.known(name)
    if (!known) return this.parts.otherVoice?.(name, isAnyLanguage(language) ? '' : language)
    return known.multilingual || fits(known, language) ? known.voice : undefined
  }

  private known(name: string): KnownVoice | undefined {
    return this.parts.voices.find(({ voice }) => voice.toLowerCase() === name.toLowerCase())
  }

  private fitting(language: string, gender: Gender | undefined): string | undefined {
    const fitting = this.parts.voices.filter((voice) => fits(voice, language))
    const tag = language.toLowerCase()
    const nearest = fitting.filter((voice) => voice.language?.toLowerCase() === tag)
    const among = nearest.length > 0 ? nearest : fitting
    return (among.find((voice) => gender === undefined || voice.gender === gender) ?? among[0])?.voice
  }
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
