import { ParleyError } from '../base/errors.js'
import type { LanguageSettings, ProviderSettings, RelaySettings } from '../protocol/index.js'
import type {
  EngineFailure,
  ListenOptions,
  SpeechToText,
  SttWish,
  TextToSpeech,
  TtsWish,
} from '../speech/index.js'
import type { ResolvedEar } from './listening/index.js'

/** What a session asks of the speech engines. `warning` says where something else than asked was taken. */
export interface SpeechEngines {
  resolveTts(wish: TtsWish): ResolvedTts
  resolveStt(wish: SttWish): ResolvedStt
}

export interface ResolvedTts {
  readonly engine: TextToSpeech
  readonly voice: string
  readonly language: string
  readonly model?: string | undefined
  readonly warning?: string | undefined
}

export interface ResolvedStt {
  readonly engine: SpeechToText
  readonly language: string
  readonly warning?: string | undefined
}

/** Who hears what becomes of a session's engines. */
export interface VoicesListener {
  /** Something else than asked was taken; each of these once. */
  warn(text: string): void
  /** An engine failed, and another may go on in its place. */
  failed(failure: EngineFailure): void
}

/** A voice for one language, ready to speak. */
export interface Voice {
  readonly engine: TextToSpeech
  readonly voice: string
  readonly model?: string | undefined
  readonly language: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** Finds a session's engines and voices language by language: a language's own entry overrides the session's. */
export class Voices {
  private readonly speaking = new Map<string, Voice>()
  private readonly warned = new Set<string>()
  private hearing: string | undefined

  constructor(
    private readonly settings: RelaySettings,
    private readonly engines: SpeechEngines,
    private readonly listener: VoicesListener,
  ) {}

  /** @throws ParleyError `media_setup_invalid` when no engine speaks the language or has the voice */
  speak(language: string): Voice {
    const known = this.speaking.get(language)
    if (known) return known
    const resolved = this.firstOf(language, (own) => this.voiceOf(language, own))
    this.speaking.set(language, resolved)
    return resolved
  }

  /** Lets the engine of a language that was spoken connect ahead of its next word. */
  prepare(language: string, sampleRate: number): void {
    const known = this.speaking.get(language)
    if (!known) return
    const { engine, ...voice } = known
    engine.prepare?.({ ...voice, text: '', ssml: false, sampleRate })
  }

  /** @throws ParleyError `media_setup_invalid` when no engine understands the language or has the model */
  listen(language: string, sampleRate: number): ResolvedEar {
    const ear = this.firstOf(language, (own) => this.earOf(language, sampleRate, own))
    this.hearing = ear.engine.name
    return ear
  }

  /** What was heard with last, and what spoke a language. */
  used(language: string): {
    readonly stt: string | undefined
    readonly tts: string | undefined
    readonly voice: string | undefined
    readonly model: string | undefined
  } {
    const voice = this.speaking.get(language)
    return { stt: this.hearing, tts: voice?.engine.name, voice: voice?.voice, model: voice?.model }
  }

  private voiceOf(language: string, own: ProviderSettings | undefined): Voice {
    const { settings } = this
    const voiceSettings = own?.voiceSettings ?? (own?.ttsProvider || own?.voice ? {} : settings.voiceSettings)
    const wish: TtsWish = {
      provider: own?.ttsProvider ?? settings.ttsProvider,
      // A voice belongs to its provider: one that overrides the provider alone takes that provider's default.
      voice: own?.voice ?? (own?.ttsProvider ? '' : settings.voice),
      language,
      settings: voiceSettings,
      instead: settings.failover.map(({ ttsProvider = '', voice = '' }) => ({
        provider: ttsProvider,
        voice,
      })),
      observer: (failure) => this.listener.failed(failure),
    }
    const { engine, voice, model, language: spoken, warning } = this.resolveVoice(wish, own)
    this.warnOnce(warning)
    return {
      engine,
      voice,
      model,
      language: spoken,
      settings: { elevenlabsTextNormalization: settings.elevenlabsTextNormalization, ...voiceSettings },
    }
  }

  /** The session's voice need not speak a language that it was not chosen for: then its provider's own voice does. */
  private resolveVoice(wish: TtsWish, own: ProviderSettings | undefined): ResolvedTts {
    try {
      return this.engines.resolveTts(wish)
    } catch (thrown) {
      const refused = thrown instanceof ParleyError && thrown.code === 'relay_setting_invalid'
      const isForeign = wish.language !== this.settings.ttsLanguage && !own?.voice && wish.voice !== ''
      if (!refused || !isForeign) throw thrown
      return this.engines.resolveTts({ ...wish, voice: '' })
    }
  }

  private earOf(language: string, sampleRate: number, own: ProviderSettings | undefined): ResolvedEar {
    const { settings } = this
    const model = own?.speechModel ?? (own?.transcriptionProvider ? '' : settings.speechModel)
    const transcriptionSettings =
      own?.transcriptionSettings ?? (own?.transcriptionProvider ? {} : settings.transcriptionSettings)
    const {
      engine,
      language: heard,
      warning,
    } = this.engines.resolveStt({
      provider: own?.transcriptionProvider ?? settings.transcriptionProvider,
      model,
      language,
      settings: transcriptionSettings,
      instead: settings.failover.map(({ transcriptionProvider = '', speechModel = '' }) => {
        return { provider: transcriptionProvider, model: speechModel }
      }),
      observer: (failure) => this.listener.failed(failure),
    })
    this.warnOnce(warning)
    const options: ListenOptions = {
      language: heard,
      sampleRate,
      model,
      languages: [settings.ttsLanguage, ...settings.languages.map(({ code }) => code)],
      hints: this.entry(language)?.hints ?? settings.hints,
      settings: {
        eotThreshold: settings.eotThreshold,
        profanityFilter: settings.profanityFilter,
        deepgramSmartFormat: settings.deepgramSmartFormat,
        speechTimeout: settings.speechTimeout,
        ...transcriptionSettings,
      },
    }
    return { engine, options }
  }

  /** Engines and voices in force, as `configurations` events list them. */
  describe(): Record<string, Record<string, string>> {
    const codes = new Set([this.settings.ttsLanguage, this.settings.transcriptionLanguage])
    for (const { code } of this.settings.languages) codes.add(code)
    return Object.fromEntries(
      [...codes].map((code) => {
        const own = this.entry(code)
        return [
          code,
          {
            tts_provider: own?.ttsProvider ?? this.settings.ttsProvider,
            voice: own?.voice ?? this.settings.voice,
            transcription_provider: own?.transcriptionProvider ?? this.settings.transcriptionProvider,
            speech_model: own?.speechModel ?? this.settings.speechModel,
          },
        ]
      }),
    )
  }

  /** What a language's own entry, the session, or at last a failover's providers can do. */
  private firstOf<T>(language: string, attempt: (own: ProviderSettings | undefined) => T): T {
    const { failover } = this.settings
    for (let i = 0; ; i++) {
      try {
        return attempt(i === 0 ? this.entry(language) : failover[i - 1])
      } catch (thrown) {
        const unavailable = thrown instanceof ParleyError && thrown.code === 'media_setup_invalid'
        if (!unavailable || i === failover.length) throw thrown
        this.warnOnce(`${thrown.message}: taking the next provider`)
      }
    }
  }

  private entry(language: string): LanguageSettings | undefined {
    const wanted = language.toLowerCase()
    return this.settings.languages.find(({ code }) => code.toLowerCase() === wanted)
  }

  private warnOnce(warning: string | undefined): void {
    if (!warning || this.warned.has(warning)) return
    this.warned.add(warning)
    this.listener.warn(warning)
  }
}
