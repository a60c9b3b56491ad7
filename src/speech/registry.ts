import { systemClock } from '../base/clock.js'
import { ParleyError } from '../base/errors.js'
import type { SttCapabilities, TtsCapabilities } from './capabilities.js'
import type { SpeechToText, TextToSpeech } from './engine.js'
import type { SpeechOptions } from './options.js'
import { namesFor } from './preference.js'
import { describe, find, inOrder, missing, running, startVendors, type Tried } from './start-vendors.js'
import { startDetector } from './vad/start-detector.js'
import type { RegisteredStt, RegisteredTts, SttVendor, TtsVendor } from './vendor.js'
import { sttVendors, ttsVendors } from './vendors.js'
import type { VoiceDetector } from './voice-activity.js'
import { genderOf } from './voices/genders.js'
import { displayName, languageOfVoice, type NamedVoice, readVoice } from './voices/vendor-name.js'

/** Where the registry takes its engines from; tests give their own. */
export interface SpeechSources {
  readonly ttsVendors: readonly TtsVendor[]
  readonly sttVendors: readonly SttVendor[]
  readonly startDetector: () => Promise<{ detector: VoiceDetector; line: string }>
}

export type TriedTts = Tried<RegisteredTts, TtsCapabilities>
export type TriedStt = Tried<RegisteredStt, SttCapabilities>

export interface ResolvedTextToSpeech {
  readonly engine: TextToSpeech
  /** The engine's own name of the voice. */
  readonly voice: string
  readonly language: string
  /** What was taken instead of what was asked; for the timeline. */
  readonly warning?: string
}

export interface ResolvedSpeechToText {
  readonly engine: SpeechToText
  readonly language: string
  readonly warning?: string
}

const everywhere: SpeechSources = { ttsVendors, sttVendors, startDetector }
/** Tags by which apps ask that the language be found out. */
const anyLanguage = new Set(['', 'multi', 'auto', 'auto_detect'])
const fallbackLanguage = 'en-US'

/** ms until a vendor's connection must be up. */
const connectTimeoutMs = 3_000

/**
 * Starts every engine that this machine has or is configured for.
 * @throws ParleyError `config_invalid` when an engine named in the configuration is unknown or cannot start
 */
export async function createSpeechRegistry(
  options: SpeechOptions = { stt: 'auto', tts: 'auto' },
  sources: SpeechSources = everywhere,
): Promise<SpeechRegistry> {
  const context = { clock: systemClock, connectTimeoutMs, vendors: options.vendors ?? {} }
  const [tts, stt, { detector, line }] = await Promise.all([
    startVendors('speech.tts', options.tts, sources.ttsVendors, context),
    startVendors('speech.stt', options.stt, sources.sttVendors, context),
    sources.startDetector(),
  ])
  return new SpeechRegistry(options, tts, stt, detector, line)
}

/** The speech engines of one shard, and which of them serves a wish. */
export class SpeechRegistry {
  constructor(
    private readonly options: SpeechOptions,
    private readonly tts: readonly TriedTts[],
    private readonly stt: readonly TriedStt[],
    readonly detector: VoiceDetector,
    private readonly detectorLine: string,
  ) {}

  /**
   * Finds a voice: the provider's own where that provider is here, otherwise a local one of the language and, where
   * the name tells, the gender. Names are case-insensitive.
   * @throws ParleyError `media_setup_invalid` when there is no engine at all
   */
  resolveTts(wish: { provider: string; voice: string; language: string }): ResolvedTextToSpeech {
    const asked = this.askedVoice(wish)
    const language = anyLanguage.has(wish.language.toLowerCase())
      ? (languageOfVoice(asked.voice) ?? fallbackLanguage)
      : wish.language
    const own = find(this.tts, asked.provider)
    const engines = [...new Set([...own, ...inOrder(this.tts, namesFor(this.options.tts, language))])]
    const gender = genderOf(asked.voice)
    for (const spoken of new Set([language, fallbackLanguage])) {
      for (const engine of engines) {
        const name = own.length > 0 || asked.provider === '' ? asked.voice : ''
        const found = engine.voiceFor({ name, language: spoken, gender })
        if (!found) continue
        const warning = this.ttsWarning(wish, asked, spoken === language, engine, found.voice)
        return { engine, voice: found.voice, language: found.language, ...(warning && { warning }) }
      }
    }
    throw new ParleyError('media_setup_invalid', missing('text-to-speech', this.tts))
  }

  /**
   * Finds a recogniser for a language; English where none understands it.
   * @throws ParleyError `media_setup_invalid` when there is no engine at all
   */
  resolveStt(wish: { provider: string; model: string; language: string }): ResolvedSpeechToText {
    const own = find(this.stt, wish.provider.toLowerCase())
    const wanted = anyLanguage.has(wish.language.toLowerCase()) ? fallbackLanguage : wish.language
    const engines = [...new Set([...own, ...inOrder(this.stt, namesFor(this.options.stt, wanted))])]
    for (const language of new Set([wanted, fallbackLanguage])) {
      for (const engine of engines) {
        const recognised = engine.languageFor(language)
        if (!recognised) continue
        const notes: string[] = []
        if (wish.provider !== '' && !own.includes(engine)) {
          notes.push(`${displayName(wish.provider)} is not available here: ${engine.name} listens instead`)
        }
        if (language !== wish.language && wish.language !== '') {
          notes.push(`no engine here recognises "${wish.language}": ${recognised} is recognised instead`)
        }
        return { engine, language: recognised, ...(notes.length > 0 && { warning: notes.join('; ') }) }
      }
    }
    throw new ParleyError('media_setup_invalid', missing('speech-to-text', this.stt))
  }

  /** What there is, what was picked, and how to get better: lines for the start banner. */
  describe(): readonly string[] {
    return [
      ...describe('Speech to text', this.stt, namesFor(this.options.stt, fallbackLanguage)),
      ...describe('Text to speech', this.tts, namesFor(this.options.tts, fallbackLanguage)),
      this.detectorLine,
    ]
  }

  /** Every vendor of the table with its engine, where there is one. */
  vendors(): { readonly tts: readonly TriedTts[]; readonly stt: readonly TriedStt[] } {
    return { tts: this.tts, stt: this.stt }
  }

  async close(): Promise<void> {
    const engines = [...running(this.tts), ...running(this.stt)]
    await Promise.all([...engines.map((engine) => engine.close()), this.detector.close()])
  }

  /** A provider may also stand where the voice is expected: `voice: espeak-ng`. */
  private askedVoice({ provider, voice }: { provider: string; voice: string }): NamedVoice {
    const asked = readVoice(provider, voice)
    const isProvider = asked.provider === '' && find(this.tts, voice.toLowerCase()).length > 0
    return isProvider ? { provider: voice.toLowerCase(), voice: '' } : asked
  }

  private ttsWarning(
    wish: { provider: string; voice: string; language: string },
    { provider, voice: askedVoice }: NamedVoice,
    rightLanguage: boolean,
    engine: RegisteredTts,
    voice: string,
  ): string | undefined {
    const notes: string[] = []
    const exact = askedVoice === '' || askedVoice.toLowerCase() === voice.toLowerCase()
    const foreign = provider !== '' && !find(this.tts, provider).includes(engine)
    if (foreign || !exact) {
      const asked = [foreign ? displayName(provider) : '', wish.voice && `voice "${wish.voice}"`]
      notes.push(
        `${asked.filter(Boolean).join(' ')} is not available here: ${engine.name} voice "${voice}" speaks instead`,
      )
    }
    if (!rightLanguage) {
      notes.push(`no engine here speaks "${wish.language}": ${fallbackLanguage} is spoken instead`)
    }
    return notes.length > 0 ? notes.join('; ') : undefined
  }
}
