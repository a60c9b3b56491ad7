import { catalogue, type InstalledModel, isVoice } from '../../models/index.js'
import type { SpeakRequest, SpeechAudio } from '../engine.js'
import type { ModelOptions } from '../options.js'
import { usableModels } from '../sherpa/usable-models.js'
import { languageOfLoading } from '../sherpa/voice-config.js'
import { findVoice, type SherpaVoice, voicesOf } from '../sherpa/voices.js'
import type { RegisteredTts, TtsVendor, VoiceWish } from '../vendor.js'
import { speedOf } from './settings.js'
import { type LaunchVoice, launchVoice, VoiceProcess } from './sherpa/voice-process.js'
import { speakPieces } from './speak-pieces.js'
import { findWords } from './words.js'

export interface SherpaTtsOptions {
  readonly launch?: LaunchVoice
  readonly check?: (model: InstalledModel) => Promise<string | undefined>
}

/** Text longer than this is refused: half an hour of speech. */
const mostCharacters = 30_000
const speeds = { slowest: 0.5, fastest: 2 }

/**
 * Voices of sherpa-onnx on this machine: Kokoro, Piper, Matcha, KittenTTS. Each model is loaded once, in a process of its own, and
 * speaks sentence by sentence; word marks are estimated.
 */
export class SherpaTts implements RegisteredTts {
  readonly name = 'sherpa-onnx'
  readonly ssml = false
  private readonly processes = new Map<string, VoiceProcess>()
  private readonly closing = new AbortController()

  private constructor(
    readonly summary: string,
    private readonly models: readonly InstalledModel[],
    private readonly voices: readonly SherpaVoice[],
    private readonly threads: number,
    private readonly launch: LaunchVoice,
  ) {}

  /**
   * Loads the best voice that is here; others are loaded when used.
   * @throws Error when there is none, or none that can be loaded
   */
  static async start(
    options: ModelOptions | undefined,
    { launch = launchVoice, check }: SherpaTtsOptions = {},
  ): Promise<SherpaTts> {
    const { models, summary } = await usableModels(options, ({ kind }) => isVoice(kind), check)
    const voices = models.flatMap(voicesOf)
    const engine = new SherpaTts(summary, models, voices, options?.threads ?? 1, launch)
    try {
      await engine.processOf(voices[0]!).ready()
    } catch (thrown) {
      await engine.close()
      throw thrown
    }
    return engine
  }

  voiceFor(wish: VoiceWish): SherpaVoice | undefined {
    return findVoice(this.voices, wish)
  }

  speak(request: SpeakRequest, signal: AbortSignal): AsyncIterable<SpeechAudio> {
    const voice = this.voiceOf(request)
    const process = this.processOf(voice)
    const speed = Math.min(speeds.fastest, Math.max(speeds.slowest, speedOf(request.settings)))
    const either = AbortSignal.any([signal, this.closing.signal])
    return speakPieces(request, either, mostCharacters, async (text, stop) => {
      const plain = text.replace(/\p{Cc}+/gu, ' ').trim()
      if (findWords(plain).length === 0) return { pcm: new Int16Array(0), sampleRate: 16_000 }
      return await process.speak({ text: plain, speaker: voice.speaker, speed }, stop)
    })
  }

  /** Ends what is being spoken. */
  async close(): Promise<void> {
    this.closing.abort()
    await Promise.all([...this.processes.values()].map((process) => process.close()))
  }

  private voiceOf({ voice, model, language }: SpeakRequest): SherpaVoice {
    const exact = this.voices.find((one) => one.voice === voice && (!model || one.model === model))
    return exact ?? this.voiceFor({ name: voice, language, model }) ?? this.voices[0]!
  }

  private processOf(voice: SherpaVoice): VoiceProcess {
    const model = this.models.find(({ name }) => name === voice.model)!
    const language = languageOfLoading(model, voice.language)
    const key = `${model.name}\n${language}`
    const process =
      this.processes.get(key) ?? new VoiceProcess({ model, threads: this.threads, language }, this.launch)
    this.processes.set(key, process)
    return process
  }
}

const models = catalogue.filter(({ kind }) => isVoice(kind))

export const sherpaTtsVendor: TtsVendor = {
  name: 'sherpa-onnx',
  aliases: ['sherpa', 'kokoro', 'piper', 'matcha', 'kitten'],
  summary: 'Kokoro, Piper, Matcha and KittenTTS voices',
  install: 'npm install sherpa-onnx-node && parley models pull kokoro-int8-multi-lang-v1_0',
  capabilities: {
    languages: [...new Set(models.flatMap(({ languages }) => languages.map((tag) => tag.split('-')[0]!)))],
    models: models.map(({ name }) => name),
    voices: [...new Set(models.flatMap(({ speakers = [] }) => speakers))],
    wordMarks: 'estimated',
    formats: ['pcm/16000', 'pcm/22050', 'pcm/24000'],
    transport: 'local',
    ssml: false,
  },
  start: ({ models: options }) => SherpaTts.start(options),
}
