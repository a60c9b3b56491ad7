import { ParleyError } from '../../base/errors.js'
import type { SttCapabilities } from '../capabilities.js'
import type { FailoverListeningParts } from '../failover/failover-listening.js'
import { type EarCandidate, FailoverStt } from '../failover/failover-stt.js'
import { isAnyLanguage } from '../languages.js'
import { type EnginePreference, namesFor } from '../preference.js'
import { inOrder, isNamed, missing, type Tried } from '../start-vendors.js'
import { isCloud, type RegisteredStt } from '../vendor.js'
import { displayName } from '../voices/vendor-name.js'
import type { KeyedEngines } from './keyed-engines.js'
import { fallbackLanguage } from './resolve-tts.js'
import { forOthers, keyIn, withoutKeys } from './settings.js'
import type { ResolvedSpeechToText, SttWish } from './wishes.js'

type TriedStt = Tried<RegisteredStt, SttCapabilities>

/** An engine that the app named, and the model in its words. */
interface Own {
  readonly engine: RegisteredStt
  readonly model: string
  readonly strict: boolean
}

export interface SttResolverParts extends Omit<FailoverListeningParts, 'observer'> {
  readonly tried: readonly TriedStt[]
  readonly preference: EnginePreference
  readonly keyed: KeyedEngines<RegisteredStt>
}

/** Finds the engines that understand a wish: the one that was asked for, then those that stand by. */
export class SttResolver {
  constructor(private readonly parts: SttResolverParts) {}

  /**
   * English where none understands the language.
   * @throws ParleyError `relay_setting_invalid` where the vendor that was asked for would refuse the wish,
   * `media_setup_invalid` when it does not understand the language, or there is no engine at all
   */
  resolve(asked: SttWish): ResolvedSpeechToText {
    const { tried, preference } = this.parts
    const wish = { ...asked, ...readModel(asked) }
    const own = this.ownOf(wish, wish.settings)
    if (own) refuse(own, wish)
    const detects = isAnyLanguage(wish.language)
    for (const language of new Set([detects ? 'multi' : wish.language, fallbackLanguage])) {
      const candidates = new Map<RegisteredStt, EarCandidate>()
      const add = (engine: RegisteredStt, model: string, settings: EarCandidate['settings']) => {
        const recognised = engine.languageFor(language, model)
        if (recognised && !candidates.has(engine))
          candidates.set(engine, { engine, language: recognised, model, settings })
      }
      if (own) add(own.engine, own.model, withoutKeys)
      for (const next of wish.instead ?? []) {
        const other = this.ownOf(readModel(next), undefined)
        if (other && !other.engine.refusal?.({ model: other.model, language }))
          add(other.engine, other.model, forOthers)
      }
      for (const engine of inOrder(tried, namesFor(preference, detects ? fallbackLanguage : wish.language))) {
        add(engine, '', forOthers)
      }
      const [first] = candidates.values()
      if (!first) continue
      const notes: string[] = []
      if (wish.provider !== '' && first.engine !== own?.engine) {
        notes.push(
          `${displayName(wish.provider)} is not available here: ${first.engine.name} listens instead`,
        )
      }
      if (
        own &&
        !own.strict &&
        first.engine === own.engine &&
        own.engine.refusal?.({ ...wish, model: own.model }) === 'model'
      ) {
        notes.push(`${own.engine.name} has no model "${wish.model}" here: it listens with another`)
      }
      if (language === fallbackLanguage && language !== wish.language && wish.language !== '') {
        notes.push(`no engine here recognises "${wish.language}": ${first.language} is recognised instead`)
      }
      return {
        engine: this.joined(candidates, wish),
        language: first.language,
        ...(notes.length > 0 && { warning: notes.join('; ') }),
      }
    }
    throw new ParleyError('media_setup_invalid', missing('speech-to-text', tried))
  }

  private joined(candidates: ReadonlyMap<RegisteredStt, EarCandidate>, { observer }: SttWish) {
    const all = [...candidates.values()]
    if (all.length === 1 && !this.isRemote(all[0]!.engine as RegisteredStt)) return all[0]!.engine
    return new FailoverStt(all, { ...this.parts, observer })
  }

  /** The engine of the provider that was asked for: with the app's own key, the operator's, or by way of another. */
  private ownOf(
    { provider, model }: Pick<SttWish, 'provider' | 'model'>,
    settings: SttWish['settings'] = {},
  ): Own | undefined {
    const name = engineName(provider, model)
    if (name === '') return undefined
    const row = this.parts.tried.find(({ vendor }) => isNamed(vendor, name))
    const key = keyIn(settings)
    const engine = (row && key && this.parts.keyed.of(row.vendor, key)) || row?.engine
    if (engine) return { engine, model, strict: row !== undefined && isCloud(row.vendor) }
    for (const { vendor, engine: carrier } of this.parts.tried) {
      const carried = isCloud(vendor) && carrier ? vendor.carries?.(provider.toLowerCase(), model) : undefined
      if (carrier && carried) return { engine: carrier, model: carried, strict: false }
    }
    return undefined
  }

  private isRemote(engine: RegisteredStt): boolean {
    const row = this.parts.tried.find((one) => one.engine === engine)
    return row ? isCloud(row.vendor) : true
  }
}

/** Models that `<Gather>` has the provider's name in: `deepgram_nova-3`, `googlev2_telephony`. */
function readModel({ provider, model }: Pick<SttWish, 'provider' | 'model'>) {
  const [, deepgram, google] = /^(?:deepgram_(.+)|(googlev2_.+))$/i.exec(model) ?? []
  if (deepgram) return { provider: provider || 'Deepgram', model: deepgram }
  return google ? { provider: provider || 'Google', model: google } : { provider, model }
}

/** Deepgram's Flux is an engine of its own here, and one of Deepgram's models to the platforms. */
function engineName(provider: string, model: string): string {
  const name = provider.trim().toLowerCase()
  return name === 'deepgram' && /^(deepgram\/)?flux/i.test(model) ? 'deepgram-flux' : name
}

/** As the vendor itself refuses a pair that cannot be. */
function refuse({ engine, model, strict }: Own, wish: SttWish): void {
  const refusal = strict ? engine.refusal?.({ model, language: wish.language }) : undefined
  if (!refusal) return
  if (refusal === 'language') {
    const vendor = displayName(wish.provider)
    throw new ParleyError('media_setup_invalid', `${vendor} does not recognise "${wish.language}"`)
  }
  const values = `${wish.provider}/${wish.language}/${wish.model}`
  throw new ParleyError('relay_setting_invalid', `Invalid values (${values}) for transcription settings`)
}
