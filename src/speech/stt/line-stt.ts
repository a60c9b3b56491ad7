import type { SttCapabilities } from '../capabilities.js'
import type { Listening, ListenOptions } from '../engine.js'
import { isAmong, isAnyLanguage } from '../languages.js'
import type { EarWish, EngineContext, Refusal, RegisteredStt } from '../vendor.js'
import { type AudioFormat, nearestFormat } from '../wire/audio-bytes.js'
import { LineListening, type SttLine, type SttLineListener } from '../wire/line-listening.js'

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
export function heardAs(
  { capabilities, modelOf, detects }: EarKnowledge,
  language: string,
  model = '',
): string | undefined {
  if (!isAnyLanguage(language)) return isAmong(capabilities.languages, language) ? language : undefined
  const finds = detects ? detects(modelOf(model) ?? '') : capabilities.detectsLanguage
  return finds ? 'multi' : undefined
}

/** What of a wish the vendor does not have. */
export function refusalOf(knowledge: EarKnowledge, { model, language }: EarWish): Refusal | undefined {
  const known = knowledge.modelOf(model)
  if (model !== '' && known === undefined) return 'model'
  if (heardAs(knowledge, language, model) === undefined) return 'language'
  const understood = isAnyLanguage(language) || (knowledge.understands?.(known ?? '', language) ?? true)
  return known && !understood ? 'model' : undefined
}

/** What a vendor's file says of itself. */
export interface LineSttParts extends EarKnowledge {
  readonly name: string
  readonly packetMs: number
  /** Whether the vendor confirms each `finalize`; where not, the next final answers it. */
  readonly confirmsFinalize: boolean
  /** What it is sent on a leg of that many Hz, where that is not what most are. */
  readonly format?: (sampleRate: number) => AudioFormat
  readonly line: (options: ListenOptions, listener: SttLineListener) => SttLine
  readonly close?: () => Promise<void>
}

/** A speech-to-text engine behind a vendor's own package. */
export class LineStt implements RegisteredStt {
  readonly name: string
  readonly endpointing: 'engine' | 'relay'

  constructor(
    private readonly parts: LineSttParts,
    private readonly context: EngineContext,
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

  open(options: ListenOptions): Listening {
    const { name, packetMs, confirmsFinalize, format = nearestFormat, line } = this.parts
    const { sampleRate } = options
    return new LineListening(
      {
        vendor: name,
        clock: this.context.clock,
        sampleRate,
        endpointing: this.endpointing,
        format: format(sampleRate),
        packetMs,
        confirmsFinalize,
      },
      (listener) => line(options, listener),
    )
  }

  async close(): Promise<void> {
    await this.parts.close?.()
  }
}
