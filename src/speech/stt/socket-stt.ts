import type { SttCapabilities } from '../capabilities.js'
import type { Listening, ListenOptions } from '../engine.js'
import { isAmong, isAnyLanguage } from '../languages.js'
import type { EarWish, EngineContext, Refusal, RegisteredStt } from '../vendor.js'
import { SocketListening } from '../wire/socket-listening.js'
import type { SttDialogue } from '../wire/stt-dialogue.js'

/** What a vendor's file says of itself. */
export interface SocketSttParts {
  readonly name: string
  readonly capabilities: SttCapabilities
  readonly secrets: readonly string[]
  /** The vendor's name of a model as apps write it; undefined where it has none such. */
  readonly modelOf: (model: string) => string | undefined
  /** Whether a model understands a language that the vendor understands; all do where this is left out. */
  readonly understands?: (model: string, language: string) => boolean
  /** The vendor's words for one session. `options.model` is its own name of the model, '' for its choice. */
  readonly converse: (options: ListenOptions) => SttDialogue
}

/** A speech-to-text engine behind a vendor's WebSocket. */
export class SocketStt implements RegisteredStt {
  readonly name: string
  readonly endpointing: 'engine' | 'relay'

  constructor(
    private readonly parts: SocketSttParts,
    private readonly context: EngineContext,
  ) {
    this.name = parts.name
    this.endpointing = parts.capabilities.endOfTurn
  }

  languageFor(language: string): string | undefined {
    const { languages, detectsLanguage } = this.parts.capabilities
    if (isAnyLanguage(language)) return detectsLanguage ? 'multi' : undefined
    return isAmong(languages, language) ? language : undefined
  }

  refusal({ model, language }: EarWish): Refusal | undefined {
    const known = this.parts.modelOf(model)
    if (model !== '' && known === undefined) return 'model'
    if (this.languageFor(language) === undefined) return 'language'
    const understood = isAnyLanguage(language) || (this.parts.understands?.(known ?? '', language) ?? true)
    return known && !understood ? 'model' : undefined
  }

  open(options: ListenOptions): Listening {
    const { name, secrets, modelOf, converse } = this.parts
    return new SocketListening(converse({ ...options, model: modelOf(options.model) ?? '' }), {
      vendor: name,
      clock: this.context.clock,
      sampleRate: options.sampleRate,
      endpointing: this.endpointing,
      connectTimeoutMs: this.context.connectTimeoutMs,
      secrets,
    })
  }

  async close(): Promise<void> {}
}

/** A model's name without the vendor's own before it (`deepgram/nova-3`), lower case. */
export function bareModel(model: string): string {
  return model.toLowerCase().replace(/^[a-z0-9.-]+\//, '')
}

/** The name where it is in the list; the list's own spelling. '' stays. */
export function among(models: readonly string[], name: string): string | undefined {
  return name === '' ? '' : models.find((model) => model.toLowerCase() === name)
}
