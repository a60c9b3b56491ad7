import type { SttCapabilities } from '../capabilities.js'
import type { Listening, ListenOptions } from '../engine.js'
import { isAnyLanguage, nameAmong } from '../languages.js'
import type { EarWish, EngineContext, Refusal, RegisteredStt } from '../vendor.js'

/** What a vendor's file says of its models and languages. */
export interface EarKnowledge {
  readonly capabilities: SttCapabilities
  /** The vendor's name of a model as apps write it; undefined where it has none such. */
  readonly modelOf: (model: string) => string | undefined
  /** Whether a model finds out which language is spoken; as `capabilities` say where this is left out. */
  readonly detects?: ((model: string) => boolean) | undefined
  /** Whether a model understands a language that the vendor understands; all do where this is left out. */
  readonly understands?: ((model: string, language: string) => boolean) | undefined
}

/** The tag that a vendor would recognise a language under; undefined where it does not. @param model as the app wrote it */
function heardAs(
  { capabilities, modelOf, detects }: EarKnowledge,
  language: string,
  model = '',
): string | undefined {
  if (!isAnyLanguage(language)) return nameAmong(capabilities.languages, language)
  const finds = detects ? detects(modelOf(model) ?? '') : capabilities.detectsLanguage
  return finds ? 'multi' : undefined
}

/** What of a wish the vendor does not have. */
function refusalOf(knowledge: EarKnowledge, { model, language }: EarWish): Refusal | undefined {
  const known = knowledge.modelOf(model)
  if (model !== '' && known === undefined) return 'model'
  const heard = heardAs(knowledge, language, model)
  if (heard === undefined) return 'language'
  const understood = isAnyLanguage(language) || (knowledge.understands?.(known ?? '', heard) ?? true)
  return known && !understood ? 'model' : undefined
}

/** The recogniser of a cloud vendor, whatever way leads to it. */
export abstract class CloudStt<Parts extends EarKnowledge & { readonly name: string }>
  implements RegisteredStt
{
  readonly name: string
  readonly endpointing: 'engine' | 'relay'

  constructor(
    protected readonly parts: Parts,
    protected readonly context: EngineContext,
  ) {
    this.name = parts.name
    this.endpointing = parts.capabilities.endOfTurn
  }

  languageFor(language: string, model?: string): string | undefined {
    return heardAs(this.parts, language, model)
  }

  refusal(wish: EarWish): Refusal | undefined {
    return refusalOf(this.parts, wish)
  }

  abstract open(options: ListenOptions): Listening

  async close(): Promise<void> {}
}
