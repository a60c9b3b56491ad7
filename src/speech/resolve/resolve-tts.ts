import { createHash } from 'node:crypto'
import { ParleyError } from '../../base/errors.js'
import type { TtsCapabilities } from '../capabilities.js'
import { collectSpeech } from '../collect-speech.js'
import { FailoverTts, type FailoverTtsOptions, type VoiceCandidate } from '../failover/failover-tts.js'
import type { ReferenceSpeech } from '../failover/follow-cut.js'
import { isAnyLanguage } from '../languages.js'
import { type EnginePreference, namesFor } from '../preference.js'
import { inOrder, isNamed, missing, type Tried } from '../start-vendors.js'
import { type Gender, isCloud, type LocalVoice, type RegisteredTts, type VoiceWish } from '../vendor.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import { genderOf } from '../voices/genders.js'
import { displayName, languageOfVoice, type NamedVoice, readVoice } from '../voices/vendor-name.js'
import { readVendorVoice, type VendorVoice } from '../voices/vendor-voice.js'
import type { KeyedEngines } from './keyed-engines.js'
import { forOthers, keyIn } from './settings.js'
import type { ResolvedTextToSpeech, TtsWish } from './wishes.js'

export const fallbackLanguage = 'en-US'

/** After so long nobody waits for a reference any more, in ms. */
const MOST_REFERENCE_MS = 1_000

type TriedTts = Tried<RegisteredTts, TtsCapabilities>

/** An engine that the app named, and the voice in its words. */
interface Own {
  readonly engine: RegisteredTts
  readonly voice: VendorVoice
  readonly strict: boolean
}

export interface TtsResolverParts extends Omit<FailoverTtsOptions, 'observer' | 'reference'> {
  readonly tried: readonly TriedTts[]
  readonly preference: EnginePreference
  readonly keyed: KeyedEngines<RegisteredTts>
  readonly accounts: Readonly<Record<string, VendorSettings>>
}

/** Finds the engines that speak a wish: the one that was asked for, then those that stand by. */
export class TtsResolver {
  constructor(private readonly parts: TtsResolverParts) {}

  /**
   * @throws ParleyError `relay_setting_invalid` where the vendor that was asked for would refuse the wish,
   * `media_setup_invalid` when it does not speak the language, or there is no engine at all
   */
  resolve(wish: TtsWish): ResolvedTextToSpeech {
    const { tried, preference } = this.parts
    const asked = this.askedVoice(wish)
    const own = this.ownOf(asked, wish)
    const language = isAnyLanguage(wish.language)
      ? (languageOfVoice(asked.voice) ?? fallbackLanguage)
      : wish.language
    if (own) refuse(own, asked, wish)
    for (const spoken of new Set([language, fallbackLanguage])) {
      const candidates = new Map<RegisteredTts, VoiceCandidate>()
      const add = (
        engine: RegisteredTts,
        voice: LocalVoice | undefined,
        settings: VoiceCandidate['settings'],
      ) => {
        if (voice && !candidates.has(engine)) {
          candidates.set(engine, {
            engine,
            voice,
            settings,
            remote: this.isRemote(engine),
            identity: this.identityOf(engine),
          })
        }
      }
      const tag = (engine: RegisteredTts) => (this.isRemote(engine) && wish.language ? wish.language : spoken)
      if (own) {
        const voice = own.engine.voiceFor(this.inWords(own, asked, tag(own.engine), wish.settings))
        add(own.engine, voice, (wishes) => ({ ...wishes, ...own.voice.settings }))
      }
      for (const next of wish.instead ?? []) {
        const named = readVoice(next.provider, next.voice)
        const other = this.ownOf(named, { ...wish, settings: undefined })
        const words = other && this.inWords(other, named, tag(other.engine))
        if (!words || other.engine.refusal?.(words)) continue
        add(other.engine, other.engine.voiceFor(words), (wishes) => ({
          ...forOthers(wishes),
          ...other.voice.settings,
        }))
      }
      const engines = inOrder(tried, namesFor(preference, spoken))
      // Who has the very voice goes before those who only have one like it.
      const name = asked.provider === '' ? asked.voice : kokoroName(asked.voice)
      const voiceOf = (engine: RegisteredTts) => {
        return engine.voiceFor({ name, language: tag(engine), gender: genderOf(asked.voice) })
      }
      const exact = (engine: RegisteredTts) => {
        return name !== '' && voiceOf(engine)?.voice.toLowerCase() === name.toLowerCase()
      }
      for (const engine of [...engines.filter(exact), ...engines]) add(engine, voiceOf(engine), forOthers)
      const [first] = candidates.values()
      if (!first) continue
      const warning = this.warningOf(wish, asked, own, spoken === language, first)
      return { ...this.joined([...candidates.values()], wish), ...(warning && { warning }) }
    }
    throw new ParleyError('media_setup_invalid', missing('text-to-speech', tried))
  }

  /** An engine of this machine says it: its word marks come from its phones. */
  private readonly reference: ReferenceSpeech = async (text, language) => {
    for (const { vendor, engine } of this.parts.tried) {
      const local = !isCloud(vendor) && engine?.voiceFor({ name: '', language })
      if (!engine || !local) continue
      const request = { text, ssml: false, ...local, sampleRate: 16_000, settings: {} }
      return collectSpeech(engine.speak(request, AbortSignal.timeout(MOST_REFERENCE_MS)))
    }
    return undefined
  }

  private joined(candidates: readonly VoiceCandidate[], { observer }: TtsWish): ResolvedTextToSpeech {
    const [first] = candidates
    const { voice, language, model } = first!.voice
    const alone = candidates.length === 1 && !first!.remote
    const engine = alone
      ? first!.engine
      : new FailoverTts(candidates, { ...this.parts, reference: this.reference, observer })
    return { engine, voice, language, ...(model && { model }) }
  }

  /** The engine of the provider that was asked for: with the app's own key, the operator's, or by way of another. */
  private ownOf(
    asked: NamedVoice,
    { voice: written, settings = {} }: Pick<TtsWish, 'voice' | 'settings'>,
  ): Own | undefined {
    if (asked.provider === '') return undefined
    const row = this.parts.tried.find(({ vendor }) => isNamed(vendor, asked.provider))
    const voice = readVendorVoice(asked.provider, asked.voice)
    const key = keyIn(settings)
    const engine = (row && key && this.parts.keyed.of(row.vendor, key)) || row?.engine
    if (engine) return { engine, voice, strict: row !== undefined && isCloud(row.vendor) }
    for (const { vendor, engine: carrier } of this.parts.tried) {
      const name = isCloud(vendor) && carrier ? vendor.carries?.(asked.provider, written) : undefined
      if (carrier && name) return { engine: carrier, voice: { model: '', name, settings: {} }, strict: true }
    }
    return undefined
  }

  private inWords(
    { voice }: Own,
    asked: NamedVoice,
    language: string,
    settings: TtsWish['settings'] = {},
  ): VoiceWish {
    return {
      name: voice.name,
      language,
      gender: genderIn(settings) ?? genderOf(asked.voice),
      own: true,
      ...(voice.model && { model: voice.model }),
    }
  }

  /** A provider may also stand where the voice is expected: `voice: espeak-ng`. */
  private askedVoice({ provider, voice }: TtsWish): NamedVoice {
    const asked = readVoice(provider, voice)
    const name = voice.toLowerCase()
    const isProvider =
      asked.provider === '' && this.parts.tried.some(({ vendor, engine }) => engine && isNamed(vendor, name))
    return isProvider ? { provider: name, voice: '' } : asked
  }

  private isRemote(engine: RegisteredTts): boolean {
    const row = this.parts.tried.find((one) => one.engine === engine)
    return row ? isCloud(row.vendor) : true
  }

  /** Of a vendor whose address, region, account or own choice of model is another, voices may be others too. */
  private identityOf(engine: RegisteredTts): string {
    const vendor = this.parts.tried.find((one) => one.engine === engine)?.vendor
    const cloud = vendor && isCloud(vendor) ? vendor : undefined
    const account = cloud && this.parts.accounts[cloud.account]
    const owner = this.parts.keyed.nameOf(engine) ?? (account ? fingerprint(account) : '')
    const model = cloud?.capabilities.models[0] ?? ''
    return JSON.stringify([engine.name, account?.url ?? '', account?.region ?? '', owner, model])
  }

  private warningOf(
    wish: TtsWish,
    { provider, voice: askedVoice }: NamedVoice,
    own: Own | undefined,
    rightLanguage: boolean,
    { engine, voice: { voice } }: VoiceCandidate,
  ): string | undefined {
    const notes: string[] = []
    const isOwn = own?.engine === engine
    const exact =
      askedVoice === '' || (isOwn && own.strict) || askedVoice.toLowerCase() === voice.toLowerCase()
    const foreign = provider !== '' && !isOwn
    if (foreign || !exact) {
      const asked = [foreign ? displayName(provider) : '', wish.voice && `voice "${wish.voice}"`]
      const speaks = `${engine.name} voice "${voice}" speaks instead`
      notes.push(`${asked.filter(Boolean).join(' ')} is not available here: ${speaks}`)
    }
    if (!rightLanguage) {
      notes.push(`no engine here speaks "${wish.language}": ${fallbackLanguage} is spoken instead`)
    }
    return notes.length > 0 ? notes.join('; ') : undefined
  }
}

/** Tells an account from others without telling its secrets. */
function fingerprint(account: VendorSettings): string {
  const { keyFile, project } = account
  return createHash('sha256')
    .update(JSON.stringify([...secretsOf(account), keyFile, project]))
    .digest('base64')
}

/** `voice_settings.gender` of Telnyx, for Azure's voices. */
function genderIn({ gender }: NonNullable<TtsWish['settings']>): Gender | undefined {
  const named = String(gender).toLowerCase()
  return named === 'female' || named === 'male' ? named : undefined
}

/** The speaker of `Telnyx.KokoroTTS.af_heart`: whoever has Kokoro's voices has the same ones. */
function kokoroName(voice: string): string {
  return /^KokoroTTS\.(\w+)$/i.exec(voice)?.[1] ?? ''
}

/** As the vendor itself refuses a pair that cannot be. */
function refuse({ engine, voice, strict }: Own, asked: NamedVoice, wish: TtsWish): void {
  if (!strict) return
  const words = { name: voice.name, language: wish.language, ...(voice.model && { model: voice.model }) }
  const refusal = engine.refusal?.(words)
  if (!refusal) return
  if (refusal === 'language') {
    throw new ParleyError(
      'media_setup_invalid',
      `${displayName(asked.provider)} does not speak "${wish.language}"`,
    )
  }
  const values = `${asked.provider}/${wish.language}/${wish.voice}`
  throw new ParleyError('relay_setting_invalid', `Invalid values (${values}) for tts settings`)
}
