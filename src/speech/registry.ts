import { systemClock } from '../base/clock.js'
import { CacheFolder } from './cache/cache-folder.js'
import { SpeechCache } from './cache/speech-cache.js'
import type { SttCapabilities, TtsCapabilities } from './capabilities.js'
import type { SpeechToText, TextToSpeech } from './engine.js'
import { CircuitBreakers } from './failover/circuit-breaker.js'
import { probeEar, probeVoice } from './failover/probe-engines.js'
import { SpeakingRates } from './failover/speaking-rates.js'
import { defaultFailoverTimes } from './failover/times.js'
import type { SpeechOptions } from './options.js'
import { namesFor } from './preference.js'
import { KeyedEngines } from './resolve/keyed-engines.js'
import { SttResolver } from './resolve/resolve-stt.js'
import { fallbackLanguage, TtsResolver } from './resolve/resolve-tts.js'
import type { ResolvedSpeechToText, ResolvedTextToSpeech, SttWish, TtsWish } from './resolve/wishes.js'
import { describe, running, startVendors, type Tried } from './start-vendors.js'
import { startDetector } from './vad/start-detector.js'
import type { RegisteredStt, RegisteredTts, SttVendor, TtsVendor } from './vendor.js'
import { sttVendors, ttsVendors } from './vendors.js'
import type { VoiceDetector } from './voice-activity.js'

/** Where the registry takes its engines from; tests give their own. */
export interface SpeechSources {
  readonly ttsVendors: readonly TtsVendor[]
  readonly sttVendors: readonly SttVendor[]
  readonly startDetector: () => Promise<{ detector: VoiceDetector; line: string }>
}

export type TriedTts = Tried<RegisteredTts, TtsCapabilities>
export type TriedStt = Tried<RegisteredStt, SttCapabilities>

const everywhere: SpeechSources = { ttsVendors, sttVendors, startDetector }
/**
 * Starts every engine that this machine has or is configured for.
 * @throws ParleyError `config_invalid` when an engine named in the configuration is unknown or cannot start
 */
export async function createSpeechRegistry(
  options: SpeechOptions = { stt: 'auto', tts: 'auto' },
  sources: SpeechSources = everywhere,
): Promise<SpeechRegistry> {
  const times = { ...defaultFailoverTimes, ...options.failover }
  const vendors = options.vendors ?? {}
  const context = { clock: systemClock, connectTimeoutMs: times.connectMs, vendors, models: options.models }
  const [tts, stt, { detector, line }] = await Promise.all([
    startVendors('speech.tts', options.tts, sources.ttsVendors, context),
    startVendors('speech.stt', options.stt, sources.sttVendors, context),
    sources.startDetector(),
  ])
  const probing = { clock: systemClock, times }
  const voiceBreakers = new CircuitBreakers<TextToSpeech>(systemClock, (engine, signal) => {
    return probeVoice(engine, { ...probing, signal })
  })
  const earBreakers = new CircuitBreakers<SpeechToText>(systemClock, (engine, signal) => {
    return probeEar(engine, { ...probing, signal })
  })
  const { cache: store } = options
  const cache = store && new SpeechCache(new CacheFolder(store.dir, store.maxBytes))
  const keyedTts = new KeyedEngines<RegisteredTts>(vendors, context)
  const keyedStt = new KeyedEngines<RegisteredStt>(vendors, context)
  return new SpeechRegistry({
    tts,
    stt,
    names: {
      tts: namesFor(options.tts, fallbackLanguage),
      stt: namesFor(options.stt, fallbackLanguage),
    },
    voices: new TtsResolver({
      tried: tts,
      preference: options.tts,
      keyed: keyedTts,
      clock: systemClock,
      times,
      breakers: voiceBreakers,
      rates: new SpeakingRates(),
      accounts: vendors,
      cache,
    }),
    ears: new SttResolver({
      tried: stt,
      preference: options.stt,
      keyed: keyedStt,
      clock: systemClock,
      breakers: earBreakers,
    }),
    others: [voiceBreakers, earBreakers, keyedTts, keyedStt, ...(cache ? [cache] : [])],
    detector,
    detectorLine: line,
  })
}

/** What a registry is made of. */
interface RegistryParts {
  readonly tts: readonly TriedTts[]
  readonly stt: readonly TriedStt[]
  /** Engines in the order they are tried in, for the start banner. */
  readonly names: { readonly tts: readonly string[]; readonly stt: readonly string[] }
  readonly voices: TtsResolver
  readonly ears: SttResolver
  /** What else is to be closed. */
  readonly others: readonly { close(): Promise<void> }[]
  readonly detector: VoiceDetector
  readonly detectorLine: string
}

/** The speech engines of one shard, and which of them serves a wish. */
export class SpeechRegistry {
  constructor(private readonly parts: RegistryParts) {}

  get detector(): VoiceDetector {
    return this.parts.detector
  }

  /**
   * Finds a voice: the provider's own where that provider is here, otherwise one of the language and, where the name
   * tells, the gender; others stand by for the time when it fails. Names are case-insensitive.
   * @throws ParleyError `relay_setting_invalid` where the provider is here and would refuse the wish,
   * `media_setup_invalid` when it does not speak the language, or there is no engine at all
   */
  resolveTts(wish: TtsWish): ResolvedTextToSpeech {
    return this.parts.voices.resolve(wish)
  }

  /**
   * Finds a recogniser for a language, English where none understands it; others stand by for the time when it fails.
   * @throws ParleyError as `resolveTts`
   */
  resolveStt(wish: SttWish): ResolvedSpeechToText {
    return this.parts.ears.resolve(wish)
  }

  /** What there is, what was picked, and how to get better: lines for the start banner. */
  describe(): readonly string[] {
    const { tts, stt, names, detectorLine } = this.parts
    return [
      ...describe('Speech to text', stt, names.stt),
      ...describe('Text to speech', tts, names.tts),
      detectorLine,
    ]
  }

  /** Every vendor of the table with its engine, where there is one. */
  vendors(): { readonly tts: readonly TriedTts[]; readonly stt: readonly TriedStt[] } {
    return this.parts
  }

  async close(): Promise<void> {
    const { tts, stt, others, detector } = this.parts
    await Promise.all([...running(tts), ...running(stt), ...others, detector].map((one) => one.close()))
  }
}
